package kv

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Redis that hangs must not hang us: whoever asks goes on without after this.
const redisTimeout = 500 * time.Millisecond

// alone is by how much a process slows down when the shared bucket cannot be
// reached: up to this many processes together still keep the rate.
const alone = 4

var (
	extendIf = redis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1`)
	deleteIf = redis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`)
	// takeToken is Bucket.take in microseconds.
	takeToken = redis.NewScript(`
local size, every, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local wait = full + every - now - size * every
if wait > 0 then return wait end
full = full + every
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
return 0`)
)

// remote is the store of several processes.
type remote struct {
	hub    // listeners of this process hear each other without Redis
	client *redis.Client
	prefix string
	now    func() time.Time
	local  *memory // buckets for the time without Redis
	stop   context.CancelFunc
	wakes  chan struct{}

	mu      sync.Mutex
	pending map[string]bool // topics to tell the other processes
}

func newRedis(ctx context.Context, address, prefix string, now func() time.Time) (*remote, error) {
	o, err := redis.ParseURL(address)
	if err != nil {
		return nil, fmt.Errorf("redis.url: 读不懂，应为 redis://host:6379/0") // the error would repeat a password
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = redisTimeout, redisTimeout, redisTimeout
	o.MaxRetries, o.DialerRetries, o.DialerRetryTimeout = 1, 1, time.Millisecond
	ctx, stop := context.WithCancel(ctx)
	r := &remote{
		client: redis.NewClient(o), prefix: prefix, now: now, local: newMemory(now),
		stop: stop, wakes: make(chan struct{}, 1), pending: map[string]bool{},
	}
	go r.tell(ctx)
	return r, nil
}

func (r *remote) Get(ctx context.Context, key string) (string, bool, error) {
	value, err := r.client.Get(ctx, r.prefix+key).Result()
	if errors.Is(err, redis.Nil) {
		return "", false, nil
	}
	return value, err == nil, err
}

func (r *remote) Set(ctx context.Context, key, value string, ttl time.Duration) error {
	return r.client.Set(ctx, r.prefix+key, value, ttl).Err()
}

func (r *remote) SetIfAbsent(ctx context.Context, key, value string, ttl time.Duration) (bool, error) {
	return r.client.SetNX(ctx, r.prefix+key, value, ttl).Result()
}

func (r *remote) ExtendIf(ctx context.Context, key, value string, ttl time.Duration) (bool, error) {
	return extendIf.Run(ctx, r.client, []string{r.prefix + key}, value, ttl.Milliseconds()).Bool()
}

func (r *remote) DeleteIf(ctx context.Context, key, value string) (bool, error) {
	return deleteIf.Run(ctx, r.client, []string{r.prefix + key}, value).Bool()
}

func (r *remote) Delete(ctx context.Context, key string) error {
	return r.client.Del(ctx, r.prefix+key).Err()
}

func (r *remote) Take(ctx context.Context, key string, b Bucket) time.Duration {
	wait, err := takeToken.Run(ctx, r.client, []string{r.prefix + "rate:" + key},
		b.Size, b.Every.Microseconds(), r.now().UnixMicro()).Int64()
	if err != nil {
		return r.local.Take(ctx, key, Bucket{Size: max(1, b.Size/alone), Every: b.Every * alone})
	}
	return time.Duration(wait) * time.Microsecond
}

// Wake hands the topic to a goroutine of its own, so that a slow Redis never
// delays whoever has just committed something.
func (r *remote) Wake(topic string) {
	r.hub.Wake(topic)
	r.mu.Lock()
	r.pending[topic] = true
	r.mu.Unlock()
	select {
	case r.wakes <- struct{}{}:
	default:
	}
}

// tell publishes pending topics until ctx ends.
func (r *remote) tell(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wakes:
		}
		r.mu.Lock()
		topics := r.pending
		r.pending = map[string]bool{}
		r.mu.Unlock()
		for topic := range topics {
			_ = r.client.Publish(ctx, r.prefix+"wake:"+topic, "").Err() // lost: the others poll
		}
	}
}

func (r *remote) Listen(ctx context.Context, topic string) <-chan struct{} {
	heard := r.hub.Listen(ctx, topic)
	sub := r.client.Subscribe(ctx, r.prefix+"wake:"+topic)
	// A new subscription arrives here too: hints of the time before it are
	// lost, so it counts as one.
	messages := sub.ChannelWithSubscriptions()
	go func() {
		defer sub.Close()
		for {
			select {
			case <-ctx.Done():
				return
			case _, open := <-messages:
				if !open {
					return
				}
				r.hub.Wake(topic)
			}
		}
	}()
	return heard
}

func (r *remote) Ping(ctx context.Context) error { return r.client.Ping(ctx).Err() }

func (r *remote) Close() error {
	r.stop()
	return r.client.Close()
}
