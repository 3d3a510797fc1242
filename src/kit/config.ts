/**
 * What a project says once for all its tests, in `stator.config.ts` (or `.js`, `.json`, …) beside its package.json: the tables that are there, what is in
 * them, and how the Stator of a test is set.
 */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { types } from 'node:util'
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'
import type { InProcessStator, StatorOptions } from '../index.ts'
import { checkOptions, flag, type OptionKinds, port, statorKinds } from '../server/in-process/option-kinds.ts'
import { isObject } from '../values/files/plain-json.ts'
import { requireModule } from './require-module.ts'

/** The input of CreateTable, and two settings that AWS takes only once a table is there. */
export type TableDefinition = CreateTableCommandInput & {
  readonly TimeToLiveSpecification?: { readonly AttributeName: string; readonly Enabled: boolean }
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled: boolean; readonly RecoveryPeriodInDays?: number }
}

/** Values as the SDK's document client takes them, or all of them as DynamoDB JSON. */
export interface SeedItem {
  readonly [attribute: string]: unknown
}

/** How the Stator of a test is opened and what is in it. It is in memory. */
export interface StatorConfig extends Omit<StatorOptions, 'dataDir' | 'inMemory' | 'storage' | 'testCluster'> {
  /** What there is: definitions, and files or folders of infrastructure code (docs/infrastructure.md), relative to the configuration. */
  readonly tables?: readonly (TableDefinition | string)[]
  /** Whether tests begin although something that those files say was not done. Default false: it is told, and they do not. */
  readonly tablesLenient?: boolean
  /** By the name of a table: items, or a file of them, relative to the configuration: lines or an array of JSON, plain or DynamoDB's. */
  readonly seeds?: { readonly [table: string]: readonly SeedItem[] | string }
  /** What else is there before the first test. */
  readonly setup?: (stator: InProcessStator) => Promise<void> | void
  /** Where clients find it that the code under test makes itself: a port, any that is free (0, the default), or none (false). */
  readonly port?: number | false
}

/** A configuration, and the folder by which its files are named. */
export interface PlacedConfig {
  readonly config: StatorConfig
  readonly folder: string
  /** How it is named in messages. */
  readonly name: string
}

/** Gives it back: an editor knows then what it may have. */
export function defineConfig(config: StatorConfig): StatorConfig {
  return config
}

const fileNames = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json'].map((ending) => `stator.config.${ending}`)

/**
 * The configuration that is given, or in the file that is named by it or by STATOR_CONFIG, or in the file beside the package.json; an empty one
 * when there is none. Throws what the file throws, or one sentence.
 */
export function configOf(given: StatorConfig | string | undefined, folder: string, environment: NodeJS.ProcessEnv): PlacedConfig {
  const placed = placedConfig(given, folder, environment)
  checkOptions({ name: placed.name, isFunction: false }, kinds, placed.config)
  return placed
}

function placedConfig(given: StatorConfig | string | undefined, folder: string, environment: NodeJS.ProcessEnv): PlacedConfig {
  if (given !== undefined && typeof given !== 'string') return { config: given, folder, name: 'the configuration of Stator' }
  const named = given ?? environment.STATOR_CONFIG
  const file = named === undefined ? fileNames.map((name) => join(folder, name)).find((path) => existsSync(path)) : resolve(folder, named)
  if (file === undefined) return { config: {}, folder, name: 'the configuration of Stator' }
  if (!existsSync(file)) throw new Error(`There is no ${file}, which is to be the configuration of Stator.`)
  return { config: read(file), folder: dirname(file), name: file }
}

const { dataDir: _dataDir, inMemory: _inMemory, storage: _storage, testCluster: _testCluster, ...ofStator } = statorKinds

const kinds: OptionKinds<StatorConfig> = {
  ...ofStator,
  tables: {
    expected: 'a list of inputs of CreateTable and names of files',
    fits: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string' || isObject(each)),
  },
  tablesLenient: flag,
  seeds: {
    expected: 'an object with a list of items, or the name of a file, for each table',
    fits: (value) => isObject(value) && Object.values(value).every((each) => typeof each === 'string' || Array.isArray(each)),
  },
  setup: { expected: 'a function that is given the Stator', fits: (value) => typeof value === 'function' },
  port: { expected: `false, or ${port.expected}`, fits: (value) => value === false || port.fits(value) },
}

function read(file: string): StatorConfig {
  const loaded: unknown = load(file)
  // A module that was made one by a compiler says so.
  const isModule = types.isModuleNamespaceObject(loaded) || (isObject(loaded) && loaded['__esModule'] === true)
  const config = isModule || (isObject(loaded) && 'default' in loaded) ? (loaded as { readonly default?: unknown }).default : loaded
  if (!isObject(config)) throw new Error(`${file} must export the configuration of Stator, an object${isModule ? ', as its default' : ''}.`)
  return config
}

function load(file: string): unknown {
  try {
    return requireModule(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_REQUIRE_ASYNC_MODULE') throw new Error(`${file} must not wait at its top level: what takes time goes into setup.`)
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') throw new Error(`This Node.js reads no TypeScript: rename ${file} to end with .js or .json.`)
    throw error
  }
}
