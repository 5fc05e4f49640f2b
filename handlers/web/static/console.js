// Two small comforts of the console; every page works without them.

for (const button of document.querySelectorAll('[data-print]')) {
  button.addEventListener('click', () => window.print())
}

for (const form of document.querySelectorAll('[data-filter]')) {
  const find = form.querySelector('input[type=search]')
  const none = form.querySelector('.none')
  find.addEventListener('input', () => {
    let shown = 0
    for (const button of form.querySelectorAll('fieldset button')) {
      button.hidden = !button.textContent.includes(find.value.trim())
      if (!button.hidden) shown++
    }
    for (const group of form.querySelectorAll('fieldset')) {
      group.hidden = !group.querySelector('button:not([hidden])')
    }
    none.hidden = shown > 0
  })
  find.addEventListener('keydown', (e) => { if (e.key === 'Enter') e.preventDefault() })
}
