// A card: facts, inputs, buttons, and what became of it.
import { el, clockOf, dayName } from './api.js'

let serial = 0

// renderCard draws the card; press(button, inputs) resolves to {ok, reply}.
export function renderCard(card, { press, answer, now }) {
  const open = card.state === 'open'
  const box = el('article', { class: 'card ' + card.state, 'aria-label': card.title }, el('h3', {}, card.title))
  if (card.fields.length) {
    box.append(el('dl', { class: 'answers' }, ...card.fields.map((f) => el('div', {}, el('dt', {}, f.k), el('dd', {}, f.v)))))
  }
  const late = open && card.due && card.due < now
  if (late || (open && card.due && !card.fields.some((f) => f.k === '截止'))) {
    box.append(el('p', { class: 'due' + (late ? ' late' : '') }, `${dayName(card.due)} ${clockOf(card.due)} 前${late ? '，已逾期' : ''}`))
  }
  if (!open) {
    box.append(el('p', { class: 'result' }, card.result || (card.state === 'done' ? '已处理' : '已失效')))
    return box
  }
  box.append(form(card, box, press, answer))
  return box
}

function form(card, box, press, answer) {
  const said = el('p', { class: 'refused', role: 'alert', hidden: true })
  const fields = card.inputs.map((input) => ({ input, ...control(input) }))
  const out = el('form', { class: 'inputs', novalidate: true }, ...fields.map((f) => f.node))
  const buttons = card.buttons.map((b) => el('button', {
    type: 'submit', class: b.style, 'data-key': b.key, 'data-act': b.act,
  }, b.text))
  if (answer && card.inputs.some((i) => i.type === 'text')) {
    buttons.push(el('button', { type: 'button', class: 'plain', onclick: () => answer(card) }, '打字回复'))
  }
  out.append(el('div', { class: 'buttons' }, ...buttons), said)
  out.addEventListener('submit', async (e) => {
    e.preventDefault()
    const button = card.buttons.find((b) => b.key === e.submitter?.dataset.key)
    if (!button) return
    said.hidden = true
    // Only the main answer needs everything; “没联系上” beside it does not.
    if (button.act === 'submit' && button.style === 'primary' && !out.reportValidity()) return
    for (const b of buttons) b.disabled = true
    try {
      const reply = await press(button, await collect(fields))
      if (!reply.ok) refuse(said, reply.reply)
    } catch (err) {
      refuse(said, err.message)
    } finally {
      for (const b of buttons) b.disabled = false
    }
  })
  return out
}

function refuse(said, text) {
  said.textContent = text || '没有办成'
  said.hidden = false
}

// control is one input with a way to read it.
function control(input) {
  const id = 'in' + ++serial
  const label = [input.label, input.required ? '' : el('small', {}, '可不填')]
  const shared = { id, required: input.required, name: input.key }
  if (input.type === 'choice') return choice(input, id, label)
  let field
  switch (input.type) {
    case 'text': field = el('textarea', { ...shared, rows: 2 }, input.value || ''); break
    case 'number': field = el('input', { ...shared, type: 'number', min: 0, inputmode: 'numeric', value: input.value }); break
    case 'date': field = el('input', { ...shared, type: 'date', value: input.value }); break
    case 'file': field = el('input', { ...shared, type: 'file' }); break
    default: field = el('input', { ...shared, value: input.value, placeholder: '姓名，几个人用、隔开', autocomplete: 'off' })
  }
  const node = el('div', {}, el('label', { for: id }, ...label), field)
  return { node, read: () => (input.type === 'file' ? readFile(field.files[0]) : field.value.trim()) }
}

function choice(input, id, label) {
  if (input.options.length > 6) {
    const field = el('select', { id, name: input.key, required: input.required }, el('option', { value: '' }, '请选择'),
      ...input.options.map((o) => el('option', { value: o.id, selected: o.id === input.value }, o.text)))
    return { node: el('div', {}, el('label', { for: id }, ...label), field), read: () => field.value }
  }
  const radios = input.options.map((o) => el('input', { type: 'radio', name: id, value: o.id, required: input.required, checked: o.id === input.value }))
  const node = el('fieldset', {}, el('legend', {}, ...label),
    el('div', { class: 'choices' }, ...input.options.map((o, i) => el('label', {}, radios[i], el('span', {}, o.text)))))
  return { node, read: () => radios.find((r) => r.checked)?.value || '' }
}

async function collect(fields) {
  const out = {}
  for (const { input, read } of fields) {
    const value = await read()
    if (value) out[input.key] = value
  }
  return out
}

async function readFile(file) {
  if (!file) return ''
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return { name: file.name, base64: btoa(text) }
}
