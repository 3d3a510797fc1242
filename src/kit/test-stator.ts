/**
 * The Stator of the tests of a file. It begins as the project's configuration says; each test finds in it what was there before that test, and
 * nothing that other tests did. Which runner runs the tests is told by its preset, which calls what is here from the runner's hooks.
 */
import type { Credentials, InProcessStator, SdkRequestHandler, StatorPort, StatorSnapshot } from '../index.ts'
import {
  type DynamoDBClient,
  type DynamoDBClientConfig,
  type DynamoDBDocumentClient,
  madeUpCredentials,
  sdkClient,
  sdkDocumentClient,
  type TranslateConfig,
} from '../server/in-process/sdk-clients.ts'
import { configOf, type PlacedConfig, type StatorConfig } from './config.ts'
import { type CreateStator, prepare } from './prepare.ts'
import { requestsText } from './requests-text.ts'

/** The Stator of the test that runs. Its clients can be made before there is one. */
export interface TestStator
  extends Pick<InProcessStator, 'client' | 'control' | 'credentials' | 'documentClient' | 'region' | 'requestHandler'> {
  /** Where it is answered, such as `http://127.0.0.1:41234`. Throws before the first test, and when the configuration wants no port. */
  readonly endpoint: string
  /** What finds it, for a process that a test starts. The process of the tests has it in its own environment. Throws as `endpoint` does. */
  readonly env: StatorPort['env']
  /** Another Stator that begins as this one is now. The test closes it. Throws before the first test. */
  fork(): InProcessStator
}

interface Open {
  readonly stator: InProcessStator
  readonly port: StatorPort | undefined
  /** Where the code under test finds it, and what stood there before. */
  readonly environment: NodeJS.ProcessEnv
  readonly before: NodeJS.ProcessEnv
}

/** What a preset calls. */
export class TestFile {
  readonly stator: TestStator
  readonly #placed: PlacedConfig
  readonly #createStator: CreateStator
  #prepared: Promise<InProcessStator> | undefined
  #open: Open | undefined
  /** Somebody may ask for it twice: in a file of the runner's setup and in that of the tests. */
  #usersCount = 0
  /** What the test that runs has found. */
  #found: StatorSnapshot | undefined
  /** How many tests have begun within each other: a test with steps is one test. */
  #depth = 0

  /** Throws one sentence when the configuration cannot be read. */
  constructor(createStator: CreateStator, given: StatorConfig | string | undefined) {
    this.#placed = configOf(given, process.cwd(), process.env)
    this.#createStator = createStator
    this.stator = handleOf(this.#placed.config, () => this.#current())
  }

  /** Once before the tests of a file. `environment`: of the code under test. */
  async begin(environment: NodeJS.ProcessEnv = process.env): Promise<void> {
    this.#usersCount += 1
    if (this.#usersCount > 1) return
    const stator = await this.fork()
    const { port: wanted = 0 } = this.#placed.config
    const port = wanted === false ? undefined : await stator.listen({ port: wanted })
    const env = port?.env ?? {}
    const before = Object.fromEntries(Object.keys(env).map((name) => [name, environment[name]]))
    Object.assign(environment, env)
    this.#open = { stator, port, environment, before }
  }

  /** Once behind them. */
  async end(): Promise<void> {
    this.#usersCount -= 1
    if (this.#usersCount > 0 || this.#open === undefined) return
    const { stator, environment, before } = this.#open
    this.#open = undefined
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete environment[name]
      else environment[name] = value
    }
    await stator.close()
  }

  beforeTest(): void {
    this.#depth += 1
    if (this.#depth > 1) return
    const { stator } = this.#current()
    this.#found = stator.snapshot()
    // What is told of requests begins anew, too.
    stator.restore(this.#found)
  }

  /** `isFailed`: answers what the test has asked, to be printed. */
  async afterTest(isFailed: boolean): Promise<string | undefined> {
    const { stator } = this.#current()
    const text = isFailed ? await requestsText(stator.control) : undefined
    this.#depth -= 1
    if (this.#depth === 0 && this.#found !== undefined) stator.restore(this.#found)
    return text
  }

  /** One that begins as every test does. */
  async fork(): Promise<InProcessStator> {
    this.#prepared ??= prepare(this.#createStator, this.#placed)
    return (await this.#prepared).fork()
  }

  #current(): Open {
    if (this.#open === undefined) throw new Error('This Stator is there while tests and their hooks run, not before.')
    return this.#open
  }
}

const files = new Map<unknown, TestFile>()

/** The same for everybody in this process who asks with the same. */
export function testFileFor(createStator: CreateStator, given: StatorConfig | string | undefined): TestFile {
  const known = files.get(given) ?? new TestFile(createStator, given)
  files.set(given, known)
  return known
}

function handleOf(config: StatorConfig, current: () => Open): TestStator {
  const { region = 'us-east-1' } = config
  const port = (): StatorPort => {
    const { port } = current()
    if (port === undefined) throw new Error('This Stator has no port: its configuration says port: false.')
    return port
  }
  const requestHandler: SdkRequestHandler = {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request, options) => current().stator.requestHandler().handle(request, options),
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    destroy: () => {},
  }
  const client = (options: DynamoDBClientConfig = {}): DynamoDBClient => sdkClient({ requestHandler, region }, options)
  const documentClient = (options?: DynamoDBClientConfig, translation?: TranslateConfig): DynamoDBDocumentClient =>
    sdkDocumentClient(client(options), translation)
  const credentials: Credentials = madeUpCredentials
  return {
    region,
    credentials,
    client,
    documentClient,
    requestHandler: () => requestHandler,
    get control() {
      return current().stator.control
    },
    get endpoint() {
      return port().endpoint
    },
    get env() {
      return port().env
    },
    fork: () => current().stator.fork(),
  }
}
