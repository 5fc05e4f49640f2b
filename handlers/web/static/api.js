// Calls of the demo API. A refusal of the server becomes an Error with its sentence.

async function answer(response) {
  const body = await response.json().catch(() => ({}))
  if (!response.ok) throw new Error(body.error || '没有连上演示程序，请确认它还在运行。')
  return body
}

export async function post(call, body = {}) {
  let response
  try {
    response = await fetch('/demo/api/' + call, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    })
  } catch {
    throw new Error('没有连上演示程序，请确认它还在运行。')
  }
  return answer(response)
}

// follow opens the stream for some people and calls back for what it tells.
export function follow(people, after, on) {
  const query = new URLSearchParams(people.map((p) => ['person', p]))
  query.set('after', after)
  const source = new EventSource('/demo/api/events?' + query)
  for (const name of ['item', 'clock', 'reset']) {
    source.addEventListener(name, (e) => on[name](JSON.parse(e.data)))
  }
  return () => source.close()
}

// el makes an element: el('p', {class: 'x', onclick: f}, 'text', child).
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false || value === null) continue
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value)
    else if (value === true) node.setAttribute(key, '')
    else node.setAttribute(key, value)
  }
  node.append(...children.filter((c) => c !== undefined && c !== null && c !== ''))
  return node
}

// Times come with the school's offset and are shown as they stand.
export const clockOf = (iso) => iso.slice(11, 16)
export const dayOf = (iso) => iso.slice(0, 10)

export function dayName(iso) {
  const [y, m, d] = dayOf(iso).split('-').map(Number)
  const weekday = '日一二三四五六'[new Date(Date.UTC(y, m - 1, d)).getUTCDay()]
  return `${m}月${d}日 周${weekday}`
}
