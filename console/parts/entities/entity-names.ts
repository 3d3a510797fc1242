/** What people call the entities that were found, kept in this browser. */
import { type Signal, signal } from '@preact/signals'

const place = 'stator-entities'

type Names = Readonly<Record<string, string>>

const names: Signal<Names> = signal(kept())

export function entityName(table: string, shape: string): string {
  return names.value[`${table} ${shape}`] ?? ''
}

export function nameEntity(table: string, shape: string, name: string): void {
  names.value = { ...names.value, [`${table} ${shape}`]: name }
  localStorage.setItem(place, JSON.stringify(names.value))
}

function kept(): Names {
  try {
    return JSON.parse(localStorage.getItem(place) ?? '{}') as Names
  } catch {
    return {}
  }
}
