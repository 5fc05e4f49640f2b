// The demo page: several chats, one clock.
import { post, follow, el, clockOf, dayOf, dayName } from './api.js'
import { Chat } from './chat.js'

const $ = (id) => document.getElementById(id)
const people = JSON.parse($('people').textContent)
const byId = new Map(people.map((p) => [p.id, p]))
const narrow = matchMedia('(max-width: 46rem)')

let clock = JSON.parse($('clock-now').textContent)
let chats = []
let current = null // the chat a phone shows
let hangUp = () => {}
let toldUntil = 0

const page = {
  now: () => clock.now,
  narrow: () => narrow.matches,
  tell,
  noticed(chat) {
    if (chat !== current) chat.unread = true
        drawTabs()
  },
  change: (chat) => pick((person) => replace(chat, person)),
  remove(chat) {
    if (chats.length === 1) return tell('至少留一个人。')
    chats = chats.filter((c) => c !== chat)
    chat.node.remove()
    if (current === chat) current = chats[0]
    remember()
  },
}

function tell(text) {
  $('toast').textContent = text
  $('toast').hidden = false
  clearTimeout(toldUntil)
  toldUntil = setTimeout(() => { $('toast').hidden = true }, 5000)
}

// ---- who is shown

function add(person) {
  const there = chats.find((c) => c.person.id === person.id)
  if (there) return select(there)
  const chat = new Chat(person, page)
  chats.push(chat)
  $('chats').append(chat.node)
  current = chat
  remember()
  select(chat)
}

function replace(old, person) {
  if (chats.some((c) => c.person.id === person.id)) return select(chats.find((c) => c.person.id === person.id))
  const chat = new Chat(person, page)
  chats[chats.indexOf(old)] = chat
  old.node.replaceWith(chat.node)
  if (current === old) current = chat
  remember()
}

function remember() {
  sessionStorage.setItem('shown', chats.map((c) => c.person.id).join(','))
  listen()
  drawTabs()
}

function select(chat) {
  current = chat
  chat.unread = false
  drawTabs()
  chat.bottom()
  if (!narrow.matches) chat.node.scrollIntoView({ inline: 'nearest', block: 'nearest' })
}

function drawTabs() {
  $('tabs').replaceChildren(...chats.map((chat) => el('button', {
    type: 'button', 'aria-pressed': String(chat === current), 'aria-controls': chat.node.id,
    class: chat.unread ? 'unread' : '', onclick: () => select(chat),
  }, chat.person.name, el('small', {}, shortRole(chat.person)), chat.unread ? el('span', { class: 'hidden' }, '有新消息') : '')))
  for (const chat of chats) chat.node.classList.toggle('current', chat === current)
}

const shortRole = (p) => p.what.split('、')[0].split(' ')[0]

function pick(then) {
  const draw = () => {
    const find = $('picker-find').value.trim()
    const found = people.filter((p) => (p.name + p.what + p.id).includes(find)).slice(0, 60)
    $('picker-list').replaceChildren(...found.map((p) => el('li', {}, el('button', {
      type: 'button', onclick: () => { $('picker').close(); then(p) },
    }, el('span', { class: 'face', 'aria-hidden': 'true' }, p.name[0]), el('span', {}, el('b', {}, p.name), el('small', {}, p.what))))))
  }
  $('picker-find').value = ''
  $('picker-find').oninput = draw
  draw()
  $('picker').showModal()
}

// ---- what comes in

function listen() {
  hangUp()
  const after = Math.min(...chats.map((c) => c.last))
  hangUp = follow(chats.map((c) => c.person.id), after, {
    item: ({ person, item }) => chats.find((c) => c.person.id === person)?.show(item),
    clock: (c) => { clock = c; drawClock() },
    reset: () => { for (const c of chats) c.clear() },
  })
}

// ---- the clock

function drawClock() {
  $('time').textContent = $('mini').textContent = clockOf(clock.now)
  $('day').textContent = clock.day
  $('session').textContent = clock.session
  where($('to-roll'), clock.after_roll)
  where($('to-day'), clock.next_day)
  $('to').min = $('to').value = clock.now.slice(0, 16)
}

function where(button, to) {
  button.hidden = !to
  if (!to) return
  button.dataset.to = to
  const day = dayOf(to) === dayOf(clock.now) ? '今天' : dayName(to).split(' ').pop()
  button.querySelector('small').textContent = `${day} ${clockOf(to)}`
}

async function move(to) {
  const body = $('as-before').checked ? { ...to, rollcall: 'as-before' } : to
  const buttons = document.querySelectorAll('.moves button')
  for (const b of buttons) b.disabled = true
  document.body.classList.add('moving')
  try {
    await post('clock', body)
  } catch (err) {
    tell(err.message)
  } finally {
    for (const b of buttons) b.disabled = false
    document.body.classList.remove('moving')
  }
}

function wireClock() {
  for (const b of document.querySelectorAll('[data-advance]')) b.onclick = () => move({ advance: b.dataset.advance })
  for (const id of ['to-roll', 'to-day']) $(id).onclick = () => move({ to: $(id).dataset.to })
  $('to-open').onclick = () => {
    $('to-form').hidden = !$('to-form').hidden
    $('to-open').setAttribute('aria-expanded', String(!$('to-form').hidden))
    if (!$('to-form').hidden) $('to').focus()
  }
  $('to-form').onsubmit = (e) => {
    e.preventDefault()
    move({ to: $('to').value.slice(0, 16) + ':00' + clock.now.slice(19) })
    $('to-form').hidden = true
    $('to-open').setAttribute('aria-expanded', 'false')
  }
}

// ---- begin

function wireTries() {
  for (const b of document.querySelectorAll('[data-try]')) {
    b.onclick = () => {
      const teacher = chats.find((c) => c.person.kind === 'staff') ?? chats[0]
      select(teacher)
      teacher.text.value = b.dataset.try
      teacher.text.focus()
    }
  }
  if (sessionStorage.getItem('tries') === 'closed') $('tries').open = false
  $('tries').ontoggle = () => sessionStorage.setItem('tries', $('tries').open ? 'open' : 'closed')
}

for (const b of document.querySelectorAll('.add')) b.onclick = () => pick(add)
$('reset').onclick = async () => {
  if (!confirm('重新开始：演示学校回到最初的样子，所有消息清空。')) return
  try {
    await post('reset')
  } catch (err) {
    tell(err.message)
  }
}
if ($('school')) $('school').onchange = async (e) => {
  try {
    await post('school', { school: e.target.value })
    sessionStorage.removeItem('shown')
    location.reload()
  } catch (err) {
    tell(err.message)
  }
}
wireClock()
drawClock()
const shown = (sessionStorage.getItem('shown') || $('chats').dataset.shown).split(',').map((id) => byId.get(id)).filter(Boolean)
chats = (shown.length ? shown : people.slice(0, 1)).map((p) => new Chat(p, page))
$('chats').append(...chats.map((c) => c.node))
current = chats[0]
remember()
wireTries()
