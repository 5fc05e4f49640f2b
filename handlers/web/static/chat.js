// One person's chat: what the bot told them, what they said, and a place to write.
import { post, el, clockOf, dayOf, dayName } from './api.js'
import { renderCard } from './card.js'

function quiet(person) {
  if (person.class) return '还没有消息。写一句试试，例如：全到'
  return person.kind === 'staff' ? '还没有消息。需要知道的事才会来打扰。' : '还没有消息。孩子平安在校时，这里很安静。'
}

// keepTyped carries what somebody is just typing into the card drawn anew.
function keepTyped(from, to) {
  for (const field of from.querySelectorAll('.inputs textarea, .inputs select, .inputs input:not([type=radio], [type=file])')) {
    const same = [...to.querySelectorAll('.inputs [name]')].find((f) => f.name === field.name)
    if (same && field.value) same.value = field.value
  }
}

export class Chat {
  // page gives the chat the clock, a way to say what went wrong, and to change places.
  constructor(person, page) {
    this.person = person
    this.page = page
    this.last = 0 // newest number shown
    this.day = ''
    this.cards = new Map() // card id → its <li>
    this.answering = null
    this.talk = el('ol', { class: 'talk', 'aria-live': 'polite', 'aria-label': person.name + ' 的消息', tabindex: 0 })
    this.empty = el('li', { class: 'quiet' }, quiet(person))
    this.talk.append(this.empty)
    this.node = el('section', { class: 'chat', id: 'chat-' + person.id, 'aria-label': `${person.name} ${person.what}` },
      el('header', {},
        el('span', { class: 'face', 'aria-hidden': 'true' }, person.name[0]),
        el('p', {}, el('b', {}, person.name), el('small', {}, person.what)),
        el('button', { type: 'button', class: 'plain', onclick: () => page.change(this) }, '换人'),
        el('button', { type: 'button', class: 'plain', 'aria-label': '不看 ' + person.name, onclick: () => page.remove(this) }, '✕')),
      this.talk, this.writer())
  }

  writer() {
    this.text = el('textarea', { rows: 1, placeholder: '发消息…', 'aria-label': `以${this.person.name}的身份发消息` })
    this.text.addEventListener('keydown', (e) => {
      if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) {
        e.preventDefault()
        this.form.requestSubmit()
      }
    })
    this.where = el('select', { 'aria-label': '发到哪里' }, el('option', { value: 'direct' }, '私聊'))
    if (this.person.class) this.where.append(el('option', { value: 'group:' + this.person.class, title: this.person.group }, '班级群'))
    this.where.hidden = !this.person.class
    this.note = el('p', { class: 'answering', hidden: true })
    this.send = el('button', { class: 'primary' }, '发送')
    this.form = el('form', { class: 'say' }, this.note, this.where, this.text, this.send)
    this.form.addEventListener('submit', (e) => {
      e.preventDefault()
      this.say(this.text.value.trim())
    })
    return this.form
  }

  async say(text) {
    if (!text) return this.text.focus()
    const conversation = this.where.value
    const answering = this.answering?.id
    this.send.disabled = true
    this.mine(text, conversation === 'direct' ? '' : this.person.group + '群')
    try {
      await post('say', { id: crypto.randomUUID?.() ?? String(performance.timeOrigin + performance.now()), person: this.person.id, text, conversation, answering })
      this.text.value = ''
      this.answerTo(null)
    } catch (err) {
      this.page.tell(err.message)
    } finally {
      this.send.disabled = false
    }
  }

  answerTo(card) {
    this.answering = card
    this.note.hidden = !card
    this.note.replaceChildren()
    if (!card) return
    this.note.append(`回复：${card.title} `, el('button', { type: 'button', class: 'plain', onclick: () => this.answerTo(null) }, '取消'))
    this.text.focus()
  }

  // mine shows what the person said themselves; the bot does not repeat it.
  mine(text, group) {
    this.append(el('li', { class: 'msg mine' },
      el('div', { class: 'bubble' }, text),
      el('p', { class: 'meta' }, group ? group + ' · ' : '', el('time', {}, clockOf(this.page.now())))), this.page.now())
  }

  show(item) {
    if (item.n <= this.last) return
    this.last = item.n
    const known = item.card && this.cards.get(item.card.id)
    if (!known) {
      const li = this.message(item)
      if (item.card) this.cards.set(item.card.id, li)
      this.append(li, item.at)
      return
    }
    // A card that changed is drawn anew where it stands, as chat clients do.
    const li = this.message(item)
    li.classList.add('changed')
    keepTyped(known, li)
    known.replaceWith(li)
    this.cards.set(item.card.id, li)
    this.page.noticed(this)
  }

  message(item) {
    const body = []
    if (item.kind === 'notice') body.push(el('p', { class: 'label' }, '家长通知'))
    // The text beside a card is the card in one line, for clients without cards.
    if (item.text && !(item.card && item.text.startsWith(item.card.title))) body.push(el('div', { class: 'bubble' }, item.text))
    if (item.card) body.push(renderCard(item.card, { press: (b, inputs) => this.press(item.card, b, inputs), answer: (c) => this.answerTo(c), now: this.page.now() }))
    const meta = el('div', { class: 'meta' }, item.to_class ? el('span', {}, '班级群') : '', el('time', { datetime: item.at }, clockOf(item.at)))
    if (item.why) meta.append(el('details', { class: 'why' }, el('summary', {}, '为什么收到'), el('p', {}, item.why, item.role ? el('small', {}, `（身份：${item.role}）`) : '')))
    return el('li', { class: 'msg bot', 'data-n': item.n }, ...body, meta)
  }

  async press(card, button, inputs) {
    const reply = await post('press', { person: this.person.id, card: card.id, button: button.key, inputs })
    if (reply.ok) this.append(el('li', { class: 'pressed' }, `点了“${button.text}”`, reply.reply ? '：' + reply.reply : ''), this.page.now())
    return reply
  }

  append(li, at) {
    this.empty.remove()
    if (dayOf(at) !== this.day) {
      this.day = dayOf(at)
      this.talk.append(el('li', { class: 'day' }, dayName(at)))
    }
    this.talk.append(li)
    this.reveal(li)
    this.page.noticed(this)
  }

  // reveal brings what is new into sight; of something tall, its beginning.
  reveal(li) {
    if (!this.node.isConnected || !li?.offsetHeight) return
    const room = this.page.narrow() ? window.innerHeight * 0.7 : this.talk.clientHeight
    li.scrollIntoView({ block: li.offsetHeight > room ? 'start' : 'end', inline: 'nearest' })
  }

  bottom() { this.reveal(this.talk.lastElementChild) }

  clear() {
    this.cards.clear()
    this.day = ''
    this.talk.replaceChildren(this.empty)
    this.answerTo(null)
  }
}
