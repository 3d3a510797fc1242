/**
 * What nodes of a shared store are told of settings that differ: a flag is each node's own until somebody sets something for all
 * (engine/catalog/change-settings.ts), and then it is of no effect.
 */
import type { Log } from '../base/log.ts'
import { applyStoredSettings } from '../engine/catalog/change-settings.ts'
import { leaseLifeMs } from '../engine/limits.ts'
import type { SeenNode } from '../engine/nodes/membership.ts'
import { type EngineSettingsOptions, engineSettings } from '../engine/settings.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { type GeneralSettings, generalSettings } from './control/run-time-settings.ts'

/** What holds now and is something else than these options ask for. */
export function changedSettings({ settings }: MeteredEngine, options: EngineSettingsOptions): Partial<GeneralSettings> {
  const now = generalSettings(settings)
  const started = generalSettings(engineSettings(options))
  return Object.fromEntries(namesOf(now).flatMap((name) => (now[name] === started[name] ? [] : [[name, now[name]]])))
}

/** Tells the log of a node once in what it differs from those that were there before it. */
export class SettingsWarning {
  readonly #engine: MeteredEngine
  readonly #log: Log
  #firstLookMs: number | undefined
  #told = ''

  constructor(engine: MeteredEngine, log: Log) {
    this.#engine = engine
    this.#log = log
  }

  /** To be called again and again: who has died shows only after a while, and nothing is said of them. */
  look(): void {
    const { leases } = this.#engine
    if (leases === undefined) return
    const nowMs = leases.steady.now()
    this.#firstLookMs ??= nowMs
    if (nowMs - this.#firstLookMs < leaseLifeMs) return
    const differences = this.#differences()
    if (differences === this.#told) return
    this.#told = differences
    if (differences === '') return
    this.#log(
      `This server goes by other settings than those that were there before it: ${differences}; start all of them with the same flags, or set it for all with PUT /_stator/settings`,
    )
  }

  #differences(): string {
    const { leases, catalog, settings } = this.#engine
    const self = leases?.membership.nodes.find(({ id }) => id === leases.membership.self.id)
    if (leases === undefined || self === undefined) return ''
    const own = generalSettings(settings)
    const earlier = leases.membership.living.filter((node) => isBefore(node, self))
    const theirs = earlier.flatMap((node) => {
      if (node.settings === undefined) return []
      const held = engineSettings(node.settings)
      applyStoredSettings(held, catalog)
      return [{ name: node.url ?? node.id, held: generalSettings(held) }]
    })
    const parts = namesOf(own).flatMap((name) => {
      const other = theirs.find(({ held }) => held[name] !== own[name])
      return other === undefined ? [] : [`${name} is ${own[name]} here and ${other.held[name]} at ${other.name}`]
    })
    return parts.join(', ')
  }
}

function isBefore(node: SeenNode, self: SeenNode): boolean {
  return node.startedMs === self.startedMs ? node.id < self.id : node.startedMs < self.startedMs
}

function namesOf(settings: GeneralSettings): readonly (keyof GeneralSettings)[] {
  return Object.keys(settings) as (keyof GeneralSettings)[]
}
