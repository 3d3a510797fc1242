/**
 * Finding, from anywhere with ⌘K or Ctrl+K: tables, views, what can be done; and what was pasted: ARNs of tables, ids of requests, values of a
 * partition key behind the name of a table (`Orders CUST#1`).
 */
import { type Signal, signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import { foundMax } from '../limits.ts'
import { useTables } from '../server/tables.ts'
import { Dialog } from '../widgets/dialog.tsx'
import { places, tableAddress } from './addresses.ts'
import { nextTheme } from './theme.ts'

const isOpen: Signal<boolean> = signal(false)

export function openPalette(): void {
  isOpen.value = true
}

export function Palette() {
  const [, go] = useLocation()
  useEffect(() => {
    let isAfterG = false
    const onKey = (event: KeyboardEvent): void => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        isOpen.value = !isOpen.value
        return
      }
      if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return
      const place = isAfterG ? places.find(({ letter }) => letter === event.key) : undefined
      isAfterG = event.key === 'g'
      if (place !== undefined) go(place.path)
      if (event.key === '/') {
        event.preventDefault()
        isOpen.value = true
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [go])
  return isOpen.value ? <OpenPalette /> : null
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

interface Found {
  readonly label: string
  readonly hint: string
  readonly act: () => void
}

function OpenPalette() {
  const [, go] = useLocation()
  const text = useSignal('')
  const at = useSignal(0)
  const tables = useTables(0)
  const close = (): void => {
    isOpen.value = false
  }
  const to = (address: string) => (): void => {
    go(address)
    close()
  }
  const names = (tables.value ?? []).map(({ name }) => name)
  const found = findAll(text.value, names, to, close).slice(0, foundMax)
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      at.value = (at.value + step + found.length) % Math.max(1, found.length)
    } else if (event.key === 'Enter') found[at.value]?.act()
  }
  return (
    <Dialog title="Find" onClose={close}>
      <input
        class="palette-input"
        role="combobox"
        aria-label="A table, a view, an ARN, the id of a request, or a table and a key"
        aria-expanded="true"
        aria-controls="palette-found"
        aria-activedescendant={found.length === 0 ? undefined : `found-${at.value}`}
        placeholder="A table, a view, an ARN, a request id, or “Orders CUST#1”"
        value={text.value}
        autofocus
        onInput={(event) => {
          text.value = event.currentTarget.value
          at.value = 0
        }}
        onKeyDown={onKeyDown}
      />
      <div id="palette-found" class="palette-found" role="listbox" aria-label="Found">
        {found.map(({ label, hint, act }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard stays in the field above.
          <div
            key={`${label} ${hint}`}
            id={`found-${index}`}
            role="option"
            aria-selected={index === at.value}
            class="found"
            onClick={act}
            onMouseMove={() => {
              at.value = index
            }}
          >
            <bdi>{label}</bdi>
            <span class="soft">{hint}</span>
          </div>
        ))}
        {found.length === 0 && <p class="soft">Nothing of that name.</p>}
      </div>
    </Dialog>
  )
}

function findAll(typed: string, names: readonly string[], to: (address: string) => () => void, close: () => void): readonly Found[] {
  const text = typed.trim()
  const words = text.toLowerCase()
  const fits = (label: string): boolean => words === '' || label.toLowerCase().includes(words)
  const tables = names.filter(fits).sort((one, other) => rank(one, words) - rank(other, words))
  const views = places.filter(({ label }) => fits(label))
  const actions = [
    { label: 'Make a table', hint: 'action', act: to('/?make=table') },
    {
      label: 'Change the colours',
      hint: 'action',
      act: () => {
        nextTheme()
        close()
      },
    },
  ]
  return [
    ...pasted(text, names, to),
    ...tables.map((name) => ({ label: name, hint: 'table', act: to(tableAddress(name)) })),
    ...views.map(({ label, path, letter }) => ({ label, hint: `view · g ${letter}`, act: to(path) })),
    ...actions.filter(({ label }) => fits(label)),
  ]
}

/** Names that begin with what was typed come first. */
function rank(name: string, words: string): number {
  return name.toLowerCase().indexOf(words)
}

/** What says by itself what it is. */
function pasted(text: string, names: readonly string[], to: (address: string) => () => void): readonly Found[] {
  const [, ofArn] = /^arn:aws[^:]*:dynamodb:[^:]*:\d*:table\/([^/]+)/.exec(text) ?? []
  if (ofArn !== undefined && names.includes(ofArn)) return [{ label: ofArn, hint: 'table of this ARN', act: to(tableAddress(ofArn)) }]
  if (/^[A-Z0-9]{52}$/.test(text)) return [{ label: text, hint: 'request', act: to(`/requests?id=${text}`) }]
  const [name = '', ...rest] = text.split(/\s+/)
  if (rest.length === 0 || !names.includes(name)) return []
  const key = text.slice(name.length).trim()
  return [{ label: `${name}: ${key}`, hint: 'items of this partition key', act: to(tableAddress(name, 'items', { pk: key, run: '1' })) }]
}
