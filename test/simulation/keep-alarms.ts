/**
 * The keeper of some alarms: makes them, sets their states, deletes them, each time through another node, and reads them through yet
 * another. Beside them is an alarm that all nodes judge: it changes its state once for whatever happens.
 */
import assert from 'node:assert/strict'
import type { Choices } from '../fuzz/choices.ts'
import type { Cluster, ServiceOutcome } from './cluster.ts'
import type { World } from './world.ts'

const names: readonly string[] = ['alarm-0', 'alarm-1', 'alarm-2']
export const judgedAlarm = 'judged'
/** More than clocks are apart, and less than a window is later than the one before it. */
const skewMsMax = 30_000
const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const

interface Known {
  readonly description: string
  readonly state: string
}

interface Alarm {
  readonly AlarmName: string
  readonly AlarmDescription?: string
  readonly StateValue: string
}

interface HistoryItem {
  readonly AlarmName: string
  readonly HistoryItemType: string
  readonly HistorySummary: string
  readonly HistoryData: string
}

export class AlarmKeeper {
  readonly #world: World
  readonly #choices: Choices
  readonly #alarms = new Map<string, Known>()
  /** How often each was created, changed or deleted since then. */
  readonly #configured = new Map<string, number>()
  /** What is older was looked at. */
  #sinceMs = 0
  #judgedState = 'INSUFFICIENT_DATA'

  constructor(world: World) {
    this.#world = world
    this.#choices = world.choices()
  }

  async open(): Promise<void> {
    const metric = {
      Namespace: 'AWS/DynamoDB',
      MetricName: 'ConsumedWriteCapacityUnits',
      Dimensions: [{ Name: 'TableName', Value: 'Race' }],
    }
    const rule = { Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 3, ComparisonOperator: 'GreaterThanThreshold' }
    await this.#world.until('the judged alarm is there', async () => {
      const outcome = await this.#ask('PutMetricAlarm', { AlarmName: judgedAlarm, ...metric, ...rule })
      return outcome?.isDone
    })
  }

  async change(): Promise<void> {
    const name = this.#choices.pick(names)
    const known = this.#alarms.get(name)
    const roll = this.#choices.below(100)
    if (roll < 45) await this.#put(name)
    else if (roll < 75) await this.#setState(name, known)
    else if (roll < 90) await this.#delete(name, known)
    await this.#check(name)
  }

  /** All of them and what happened to them, through every node. */
  async checkAgreement(cluster: Cluster): Promise<void> {
    let first: unknown
    for (const node of cluster.up) {
      const alarms = await cluster.askService(node, 'cloudwatch', 'DescribeAlarms', {})
      const history = await cluster.askService(node, 'cloudwatch', 'DescribeAlarmHistory', {
        MaxRecords: 100,
        ScanBy: 'TimestampAscending',
        StartDate: this.#sinceMs / 1000,
      })
      const told = [alarms?.body, history?.body]
      assert.deepEqual(told, first ?? told, 'alarms and their history are the same for every node')
      first = told
    }
    const [{ MetricAlarms }] = first as [{ MetricAlarms: readonly Alarm[] }]
    for (const name of names)
      assert.deepEqual(knownOf(MetricAlarms.find(({ AlarmName }) => AlarmName === name)), this.#alarms.get(name), name)
    for (const name of names) {
      const items = await this.#historyOf(name)
      const changes = items.filter(({ HistoryItemType }) => HistoryItemType === 'ConfigurationUpdate')
      assert.equal(changes.length, this.#configured.get(name) ?? 0, `the history of ${name}: ${JSON.stringify(changes)}`)
    }
    this.#judgedState = assertChain(await this.#historyOf(judgedAlarm), this.#judgedState)
  }

  /** Of what was until now nothing is looked at any more. */
  beginAnew(): void {
    this.#configured.clear()
    this.#sinceMs = this.#world.cluster.latestMs - skewMsMax
  }

  async #put(name: string): Promise<void> {
    const AlarmDescription = this.#world.nextNumber()
    const metric = { Namespace: 'Simulation', MetricName: 'Nothing', TreatMissingData: 'ignore' }
    const rule = { Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' }
    const outcome = await this.#ask('PutMetricAlarm', { AlarmName: name, AlarmDescription, ...metric, ...rule })
    if (outcome !== undefined) assert.ok(outcome.isDone, JSON.stringify(outcome.body))
    const isDone = outcome?.isDone ?? (await this.#look(name))?.description === AlarmDescription
    if (!isDone) return
    this.#alarms.set(name, { description: AlarmDescription, state: this.#alarms.get(name)?.state ?? 'INSUFFICIENT_DATA' })
    this.#countConfigured(name)
  }

  async #setState(name: string, known: Known | undefined): Promise<void> {
    const StateValue = this.#choices.pick(states)
    const outcome = await this.#ask('SetAlarmState', { AlarmName: name, StateValue, StateReason: 'drawn' })
    if (outcome !== undefined) assert.equal(outcome.isDone, known !== undefined, JSON.stringify(outcome.body))
    if (known === undefined) return
    const isDone = outcome?.isDone ?? (await this.#look(name))?.state === StateValue
    if (isDone) this.#alarms.set(name, { ...known, state: StateValue })
  }

  async #delete(name: string, known: Known | undefined): Promise<void> {
    const outcome = await this.#ask('DeleteAlarms', { AlarmNames: [name] })
    if (outcome !== undefined) assert.equal(outcome.isDone, known !== undefined, JSON.stringify(outcome.body))
    if (known === undefined) return
    const isDone = outcome?.isDone ?? (await this.#look(name)) === undefined
    if (!isDone) return
    this.#alarms.delete(name)
    this.#countConfigured(name)
  }

  #countConfigured(name: string): void {
    this.#configured.set(name, (this.#configured.get(name) ?? 0) + 1)
  }

  /** Through any node, the alarm is what it was made by any other. */
  async #check(name: string): Promise<void> {
    assert.deepEqual(await this.#look(name), this.#alarms.get(name), `${name} is what was acknowledged`)
  }

  async #look(name: string): Promise<Known | undefined> {
    const { body } = await this.#world.learnFromService(this.#choices, 'cloudwatch', 'DescribeAlarms', { AlarmNames: [name] })
    return knownOf((body.MetricAlarms as readonly Alarm[])[0])
  }

  /** Oldest first. */
  async #historyOf(AlarmName: string): Promise<readonly HistoryItem[]> {
    const input = { AlarmName, MaxRecords: 100, ScanBy: 'TimestampAscending', StartDate: this.#sinceMs / 1000 }
    const { body } = await this.#world.learnFromService(this.#choices, 'cloudwatch', 'DescribeAlarmHistory', input)
    assert.equal(body.NextToken, undefined)
    return body.AlarmHistoryItems as readonly HistoryItem[]
  }

  #ask(operation: string, input: object): Promise<ServiceOutcome> {
    return this.#world.askService(this.#choices, 'cloudwatch', operation, input)
  }
}

function knownOf(alarm: Alarm | undefined): Known | undefined {
  return alarm && { description: alarm.AlarmDescription ?? '', state: alarm.StateValue }
}

/**
 * Every change of state begins with the state that the one before it left: nobody judged what somebody else had judged already. The state
 * that the last one leaves.
 */
function assertChain(items: readonly HistoryItem[], stateAtFirst: string): string {
  let state = stateAtFirst
  for (const { HistoryItemType, HistoryData } of items) {
    if (HistoryItemType !== 'StateUpdate') continue
    const { oldState, newState } = JSON.parse(HistoryData) as { oldState: { stateValue: string }; newState: { stateValue: string } }
    assert.equal(oldState.stateValue, state, `the history of ${judgedAlarm}`)
    assert.notEqual(newState.stateValue, state)
    state = newState.stateValue
  }
  return state
}
