/** The picture: a column for each minute, a cell for each part of the hash space, lines where partitions begin. Dragging zooms in; arrows move a cell. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { HotKeys, SpaceHeat } from '../../../src/server/control/traffic-routes.ts'
import { theme } from '../../app/theme.ts'
import { wholeKeyText } from '../../values/attribute-value.ts'
import { count, minute, utc } from '../../values/shown-numbers.ts'
import { brightness, type Cell, cellAt, type HeatKind, hottest, keysOf } from './heat-cells.ts'

interface HeatMapProps {
  readonly heat: SpaceHeat
  readonly kind: HeatKind
  readonly keys: HotKeys | undefined
}

/** A part of the picture, in columns and ranges. */
interface Part {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export function HeatMap({ heat, kind, keys }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const whole: Part = { left: 0, right: heat[kind].length, top: 0, bottom: heat.ranges }
  const zoomed = useSignal<Part | undefined>(undefined)
  const pointed = useSignal<Cell | undefined>(undefined)
  const begun = useRef<Cell | undefined>(undefined)
  const part = zoomed.value ?? whole
  const most = hottest(heat, kind)
  const colours = theme.value
  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, heat, kind, part, most, pointed.value)
  }, [heat, kind, part, most, colours, pointed.value])
  const cellUnder = (event: MouseEvent): Cell => {
    const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const column = part.left + Math.floor(((event.clientX - left) / width) * (part.right - part.left))
    const range = part.top + Math.floor(((event.clientY - top) / height) * (part.bottom - part.top))
    return cellWithin(heat, kind, part, column, range)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') zoomed.value = undefined
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const { column, range } = pointed.value ?? { column: part.right, range: part.top }
    pointed.value = cellWithin(heat, kind, part, column + step[0], range + step[1])
  }
  return (
    <figure class="heat">
      <div class="heat-picture">
        <span class="heat-scale soft" aria-hidden="true">
          <span>00000000</span>
          <span>hash</span>
          <span>ffffffff</span>
        </span>
        <canvas
          ref={canvas}
          tabIndex={0}
          role="img"
          aria-label={`Heat map of ${kind}: arrows move from cell to cell. ${pointed.value === undefined ? '' : wordsFor(pointed.value, keys, kind)}`}
          onKeyDown={onKeyDown}
          onMouseMove={(event) => (pointed.value = cellUnder(event))}
          onMouseLeave={() => (pointed.value = undefined)}
          onMouseDown={(event) => (begun.current = cellUnder(event))}
          onMouseUp={(event) => {
            const one = begun.current
            const other = cellUnder(event)
            begun.current = undefined
            if (one !== undefined && (one.column !== other.column || one.range !== other.range)) zoomed.value = partBetween(one, other)
          }}
        />
      </div>
      <Caption
        words={
          pointed.value === undefined
            ? `The brightest cell is ${count(most)} ${unitsOf(kind)} in a minute. Drag to zoom.`
            : wordsFor(pointed.value, keys, kind)
        }
        onWhole={
          zoomed.value &&
          (() => {
            zoomed.value = undefined
          })
        }
      />
    </figure>
  )
}

function Caption({ words, onWhole }: { readonly words: string; readonly onWhole: (() => void) | undefined }) {
  return (
    <figcaption>
      <span aria-live="polite">{words}</span>
      {onWhole !== undefined && (
        <button type="button" class="button" onClick={onWhole}>
          The whole again
        </button>
      )}
    </figcaption>
  )
}

const steps: Readonly<Record<string, readonly [columns: number, ranges: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** The nearest one in the part that is shown. */
function cellWithin(heat: SpaceHeat, kind: HeatKind, part: Part, column: number, range: number): Cell {
  return cellAt(heat, kind, clamped(column, part.left, part.right - 1), clamped(range, part.top, part.bottom - 1))
}

function clamped(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}

function partBetween(one: Cell, other: Cell): Part {
  return {
    left: Math.min(one.column, other.column),
    right: Math.max(one.column, other.column) + 1,
    top: Math.min(one.range, other.range),
    bottom: Math.max(one.range, other.range) + 1,
  }
}

function unitsOf(kind: HeatKind): string {
  return kind === 'refused' ? 'refused events' : kind === 'reads' ? 'read units' : 'write units'
}

function wordsFor(cell: Cell, keys: HotKeys | undefined, kind: HeatKind): string {
  const hex = (hash: number): string => Math.floor(hash).toString(16).padStart(8, '0')
  const named = keysOf(keys, kind, cell).flatMap(({ key }) => (key === undefined ? [] : [wholeKeyText(key)]))
  const who = named.length === 0 ? '' : `; here now: ${named.join(', ')}`
  return `${minute(cell.fromMs)} (${utc(cell.fromMs).slice(11, 16)} UTC), partition ${cell.partitionId ?? '?'}, hashes ${hex(cell.fromHash)} to ${hex(cell.toHash - 1)}: ${count(cell.amount)} ${unitsOf(kind)}${who}`
}

function draw(canvas: HTMLCanvasElement, heat: SpaceHeat, kind: HeatKind, part: Part, most: number, pointed: Cell | undefined): void {
  const scale = devicePixelRatio
  const { clientWidth, clientHeight } = canvas
  canvas.width = clientWidth * scale
  canvas.height = clientHeight * scale
  const context = canvas.getContext('2d')
  if (context === null) return
  const [width, height] = [canvas.width / (part.right - part.left), canvas.height / (part.bottom - part.top)]
  context.fillStyle = colourOf(canvas, kind === 'reads' ? '--read' : kind === 'writes' ? '--write' : '--bad')
  for (let column = part.left; column < part.right; column += 1) {
    for (let range = part.top; range < part.bottom; range += 1) {
      context.globalAlpha = brightness(heat[kind][column]?.[range] ?? 0, most)
      context.fillRect((column - part.left) * width, (range - part.top) * height, Math.ceil(width), Math.ceil(height))
    }
  }
  context.globalAlpha = 0.5
  context.fillStyle = colourOf(canvas, '--soft')
  for (const { hash } of heat.partitions) {
    const range = (hash / 2 ** 32) * heat.ranges
    if (range > part.top && range < part.bottom) context.fillRect(0, Math.round((range - part.top) * height), canvas.width, scale)
  }
  context.globalAlpha = 1
  if (pointed === undefined) return
  context.strokeStyle = colourOf(canvas, '--text')
  context.lineWidth = 2 * scale
  context.strokeRect((pointed.column - part.left) * width, (pointed.range - part.top) * height, width, height)
}

/** As it is in the theme that is shown. */
function colourOf(canvas: HTMLCanvasElement, name: string): string {
  canvas.style.color = `var(${name})`
  return getComputedStyle(canvas).color
}
