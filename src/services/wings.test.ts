import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { testStorage } from '../../test/harness/test-storage.ts'
import { ClientError } from '../api/client-error.ts'
import { ManualClock } from '../base/clock.ts'
import { seededRandom } from '../base/random.ts'
import { type Job, runDueJobs } from '../engine/jobs/run-due-jobs.ts'
import { key, prefixRange, versionKey } from '../engine/keyspace/keys.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { openMeteredEngine } from '../metering/open-metered-engine.ts'
import { rootOf } from '../policies/caller.ts'
import { RequestIds } from '../protocols/request-ids.ts'
import type { ProtocolRequest, ServiceContract } from '../protocols/service-contract.ts'
import type { RequestHeaders } from '../protocols/service-request.ts'
import { Records } from './records.ts'
import { type Addressed, serviceOfHead, serviceOfTarget, services } from './services.ts'
import type { OpenWing, Wing, WingRow } from './wing.ts'
import { Wings } from './wings.ts'

const contract: ServiceContract = {
  apiVersion: '1',
  operations: {
    Look: { notes: '', http: { method: 'GET', path: '/weather/{Place}' } },
    Fail: { notes: '' },
    Refuse: { notes: '' },
  },
  absentOperations: new Set(['Rain']),
  shapes: { Text: { kind: 'string' }, LookOutput: { kind: 'structure', members: { Seen: 'Text' } } },
  errors: {
    AccessDeniedException: { status: 400 },
    ExpiredTokenException: { status: 400 },
    IncompleteSignatureException: { status: 400 },
    InvalidSignatureException: { status: 400 },
    MissingAuthenticationTokenException: { status: 403 },
    SerializationException: { status: 400 },
    UnknownOperationException: { status: 404, code: 'InvalidAction' },
    UnrecognizedClientException: { status: 400 },
    CloudyException: { status: 409 },
    StormException: { status: 500 },
  },
  fault: { exception: 'StormException', message: 'A storm.' },
  xmlNamespace: 'weather',
  bodyBytesMax: 100,
}

const tag = 0x7f

let engine: MeteredEngine
let log: unknown[][]
/** What happened to the wings, in its order. */
let events: string[]

beforeEach(async () => {
  engine = await openMeteredEngine({
    storage: testStorage(),
    clock: new ManualClock(5000),
    random: seededRandom(1),
  })
  log = []
  events = []
})
afterEach(() => engine.close())

function wing(name: string, jobs: readonly Job[] = [], open: () => Promise<void> = async () => {}): Wing {
  return {
    title: name,
    contract,
    open: async () => {
      events.push(`open ${name}`)
      await open()
      return openWing(name, jobs)
    },
  }
}

function openWing(name: string, jobs: readonly Job[]): OpenWing {
  return {
    run: async ({ operation, raw, engine: { region } }) => {
      if (operation === 'Fail') throw new Error('thunder')
      if (operation === 'Refuse') throw new ClientError('CloudyException', 'Nothing to see.')
      return { Seen: `${name} ${region} ${JSON.stringify(raw)}` }
    },
    jobs,
    close: async () => {
      events.push(`close ${name}`)
    },
  }
}

function row(name: string, more: Partial<WingRow> = {}, loaded: Wing = wing(name)): WingRow {
  return {
    name,
    signingName: name,
    targetPrefix: `${name}_1`,
    protocols: ['awsJson1_1', 'awsQuery', 'restJson1', 'rpcv2Cbor'],
    load: async () => {
      events.push(`load ${name}`)
      return loaded
    },
    ...more,
  }
}

function openWings(rows: readonly WingRow[]): Promise<Wings> {
  return Wings.open({ engine, requestIds: new RequestIds(engine.random), log: (...entry) => log.push(entry), rows })
}

const json = { protocol: 'awsJson1_1', operation: 'Look', method: 'POST', path: '/', query: '', headers: {} } as const

function request(more: Partial<ProtocolRequest> & { readonly text?: string } = {}): ProtocolRequest {
  return { ...json, ...more, body: Buffer.from(more.text ?? '{}') }
}

const caller = rootOf('123456789012')

test('A wing is loaded and opened by the first request for it, and closed with the others', async () => {
  const weather = row('weather')
  const wings = await openWings([weather, row('stars')])
  assert.equal(await runDueJobs(wings.jobs, engine.clock), false)
  assert.equal(events.length, 0)
  for (let time = 0; time < 2; time += 1) {
    const { status, body } = await wings.answer(weather, request({ text: '{"a":1}' }), {
      engine: { ...engine, region: 'eu-west-3' },
      caller,
    })
    assert.deepEqual([status, body], [200, '{"Seen":"weather eu-west-3 {\\"a\\":1}"}'])
  }
  assert.equal(events.filter((event) => event === 'open weather').length, 1)
  await wings.close()
  assert.ok(events.at(-1) === 'close weather')
  assert.ok(!events.some((event) => event.includes('stars')))
})

test('A wing that has something in the store is opened by the first step, and those that it uses before it', async () => {
  const marked = key(Uint8Array.of(tag, 1))
  await engine.store.write([], (turn) => turn.put(marked, 'x'))
  const records = prefixRange(Uint8Array.of(tag))
  const empty = prefixRange(Uint8Array.of(tag - 1))
  const rows = [row('stars', { records: empty }), row('moon', { records: empty }), row('weather', { records, uses: ['stars'] })]
  const wings = await openWings(rows)
  assert.equal(events.length, 0)
  await runDueJobs(wings.jobs, engine.clock)
  assert.deepEqual(events, ['load stars', 'open stars', 'load weather', 'open weather'])
})

test('A wing that another process gives something to look after is opened within a minute', async () => {
  const records = prefixRange(Uint8Array.of(tag))
  const rain: Job = { name: 'rain', step: async () => false }
  const wings = await openWings([row('stars'), row('weather', { records, recordsId: 200 }, wing('weather', [rain]))])
  await engine.store.write([], (turn) => {
    turn.put(key(Uint8Array.of(tag, 1)), 'x')
    turn.put(versionKey(200), '1')
  })
  await runDueJobs(wings.jobs, engine.clock)
  assert.deepEqual(events, [])
  engine.clock.set(5000 + 60_000)
  await runDueJobs(wings.jobs, engine.clock)
  assert.deepEqual(events, ['load weather', 'open weather'])
  assert.deepEqual(
    [...wings.jobs].map(({ name }) => name),
    ['open services', 'rain'],
  )
})

test('A wing that could not be opened for its records is opened by the next jobs, and keeps no other from being opened', async () => {
  await engine.store.write([], (turn) => turn.put(key(Uint8Array.of(tag, 1)), 'x'))
  const records = prefixRange(Uint8Array.of(tag))
  let isFailing = true
  const open = async (): Promise<void> => {
    if (isFailing) throw new Error('no disk')
  }
  const wings = await openWings([row('weather', { records }, wing('weather', [], open)), row('stars', { records })])
  await assert.rejects(runDueJobs(wings.jobs, engine.clock), { message: 'The job open services failed', cause: new Error('no disk') })
  assert.ok(events.includes('open stars'))
  isFailing = false
  events = []
  await runDueJobs(wings.jobs, engine.clock)
  assert.deepEqual(events, ['load weather', 'open weather'])
})

test('Jobs have a step each, in the order of the table, and one that fails stops none', async () => {
  const job = (name: string, step: () => boolean): Job => ({
    name,
    step: async (nowMs) => {
      events.push(`${name} ${nowMs}`)
      return step()
    },
  })
  let isFailing = true
  const failing = job('b', () => {
    if (isFailing) throw new Error('thunder')
    return true
  })
  const first = row('first', {}, wing('first', [job('a', () => false), failing, job('c', () => false)]))
  const second = row('second', {}, wing('second', [job('d', () => false)]))
  const wings = await openWings([first, second])
  await wings.answer(second, request(), { engine, caller })
  await wings.answer(first, request(), { engine, caller })
  events = []
  await assert.rejects(runDueJobs(wings.jobs, engine.clock), { message: 'The job b failed', cause: new Error('thunder') })
  assert.deepEqual(events, ['a 5000', 'b 5000', 'c 5000', 'd 5000'])
  isFailing = false
  assert.equal(await runDueJobs(wings.jobs, engine.clock), true)
})

test('A wing that could not be opened answers a fault, and is opened by the next request', async () => {
  let isFailing = true
  const open = async (): Promise<void> => {
    if (isFailing) throw new Error('no disk')
  }
  const weather = row('weather', {}, wing('weather', [], open))
  const wings = await openWings([weather])
  assert.equal((await wings.answer(weather, request(), { engine, caller })).status, 500)
  assert.match(String(log[0]?.[0]), /^A request to weather failed, request id [0-9A-V]{52}$/)
  isFailing = false
  assert.equal((await wings.answer(weather, request(), { engine, caller })).status, 200)
})

test('What is thrown is told if the service has a row for it, and is a fault in the log if not', async () => {
  const weather = row('weather')
  const wings = await openWings([weather])
  const told = async (more: Parameters<typeof request>[0]): Promise<unknown[]> => {
    const { status, body } = await wings.answer(weather, request(more), { engine, caller })
    const { __type, message } = JSON.parse(String(body))
    return [status, __type, message]
  }
  assert.deepEqual(await told({ operation: 'Refuse' }), [409, 'CloudyException', 'Nothing to see.'])
  assert.deepEqual(await told({ operation: 'Rain' }), [404, 'UnknownOperationException', 'Stator does not offer Rain.'])
  assert.deepEqual(await told({ operation: 'toString' }), [404, 'UnknownOperationException', undefined])
  assert.deepEqual(await told({ text: '{' }), [400, 'SerializationException', undefined])
  assert.deepEqual(await told({ text: 'x'.repeat(101) }), [400, 'SerializationException', 'The body is larger than 100 bytes.'])
  assert.deepEqual(log, [])
  assert.deepEqual(await told({ operation: 'Fail' }), [500, 'StormException', 'A storm.'])
  assert.deepEqual(log[0]?.[1], new Error('thunder'))
})

test('A request that may come no further is refused in words of the service, which need not be open for that', async () => {
  const weather = row('weather')
  const wings = await openWings([weather])
  const { status, body } = await wings.refuse(weather, request(), new ClientError('MissingAuthenticationTokenException', 'Who?'))
  assert.deepEqual([status, body], [403, '{"__type":"MissingAuthenticationTokenException","message":"Who?"}'])
  assert.deepEqual(events, ['load weather'])
})

test('A form and an address name their operations themselves', async () => {
  const weather = row('weather')
  const wings = await openWings([weather])
  const asked = async (more: Parameters<typeof request>[0]): Promise<string> => {
    return String((await wings.answer(weather, request({ operation: undefined, ...more }), { engine, caller })).body)
  }
  assert.match(await asked({ protocol: 'awsQuery', text: 'Action=Look&Version=1' }), /<Seen>weather us-east-1 /)
  const wrong = /<Code>InvalidAction<\/Code><Message>Could not find operation Look for version 2</
  assert.match(await asked({ protocol: 'awsQuery', text: 'Action=Look&Version=2' }), wrong)
  assert.match(await asked({ protocol: 'restJson1', method: 'GET', path: '/weather/here' }), /^\{"Seen":"weather us-east-1 /)
})

const rows = [
  row('weather', { paths: ['/weather'] }),
  row('stars', { protocols: ['awsQuery', 'awsJson1_0'] }),
  row('moon', { protocols: ['restJson1'], paths: ['/moon/phases'] }),
]

function named(addressed: Addressed | undefined): unknown {
  return addressed && [addressed.row.name, addressed.protocol, addressed.operation]
}

test('A target names the service of its prefix, if that speaks AWS JSON', () => {
  assert.deepEqual(named(serviceOfTarget(rows, 'weather_1.Look')), ['weather', 'awsJson1_1', 'Look'])
  assert.deepEqual(named(serviceOfTarget(rows, 'stars_1.Look.Up')), ['stars', 'awsJson1_0', 'Look.Up'])
  for (const target of ['moon_1.Look', 'weather_1', 'weather.Look', 'weather_11.Look', '.Look', '']) {
    assert.equal(serviceOfTarget(rows, target), undefined, target)
  }
})

test('A form is for the service it is signed for, else for the first that speaks forms', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const found = (headers: RequestHeaders, signedFor?: string, method = 'POST'): unknown => {
    return named(serviceOfHead(rows, { method, url: '/?a=b', headers }, signedFor))
  }
  assert.deepEqual(found({ ...form, authorization: 'x' }, 'stars'), ['stars', 'awsQuery', undefined])
  assert.deepEqual(found({ ...form, authorization: 'x' }, 'moon'), ['weather', 'awsQuery', undefined])
  assert.equal(found(form, 'stars'), undefined)
  assert.equal(found({ authorization: 'x' }, 'stars'), undefined)
  assert.equal(found({ ...form, authorization: 'x' }, 'stars', 'PUT'), undefined)
})

test('A path of Smithy RPC names the service of its prefix, if that speaks the protocol of the header', () => {
  const found = (url: string, protocol?: string, method = 'POST'): unknown => {
    return named(serviceOfHead(rows, { method, url, headers: { 'smithy-protocol': protocol } }, undefined))
  }
  assert.deepEqual(found('/service/weather_1/operation/Look?x=1', 'rpc-v2-cbor'), ['weather', 'rpcv2Cbor', 'Look'])
  assert.equal(found('/service/weather_1/operation/Look', 'rpc-v2-json'), undefined)
  assert.equal(found('/service/weather_1/operation/Look'), undefined)
  assert.equal(found('/service/weather_1/operation/Look', 'rpc-v2-cbor', 'GET'), undefined)
  assert.equal(found('/service/other/operation/Look', 'rpc-v2-cbor'), undefined)
})

test('A path of REST is that of the service whose paths it begins like, if somebody signed it', () => {
  const found = (url: string, headers: RequestHeaders = { authorization: 'x' }): unknown => {
    return named(serviceOfHead(rows, { method: 'GET', url, headers }, undefined))
  }
  assert.deepEqual(found('/moon/phases/full?x=1'), ['moon', 'restJson1', undefined])
  assert.deepEqual(found('/weather'), ['weather', 'restJson1', undefined])
  for (const url of ['/moon', '/moon/phasesof', '/', '/stars']) assert.equal(found(url), undefined, url)
  assert.equal(found('/weather', {}), undefined)
})

test('Every wing has its row: operations with shapes, and words for what its protocols refuse', async () => {
  for (const { name, protocols, load } of services) {
    const { operations, shapes, errors, fault, absentOperations = new Set() } = (await load()).contract
    for (const operation of Object.keys(operations)) {
      assert.ok(Object.hasOwn(shapes, `${operation}Input`), `${name} has no ${operation}Input`)
      assert.ok(!absentOperations.has(operation), `${name} has ${operation}`)
    }
    assert.ok(Object.hasOwn(errors, fault.exception), name)
    if (protocols.includes('awsQuery')) assert.ok(Object.hasOwn(errors, 'MissingRequiredParameterException'), name)
  }
})

test('Records of one kind are read once, whoever asks, and again when that failed', async () => {
  const records = new Records(engine.store)
  let reads = 0
  const load = async (): Promise<number> => {
    reads += 1
    if (reads === 1) throw new Error('no disk')
    return reads
  }
  await assert.rejects(records.of(load), new Error('no disk'))
  assert.deepEqual(await Promise.all([records.of(load), records.of(load)]), [2, 2])
  assert.equal(await new Records(engine.store).of(load), 3)
})
