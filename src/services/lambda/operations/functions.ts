/** The small registry of functions: those of the file, and what the API says of them. Code comes from the file, and from nowhere else. */
import { handlerFile } from '../../../functions/handler-file.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { LambdaInput } from '../contract/check-input.ts'
import { invalidParameter, LambdaError, noSuchFunction } from '../contract/errors.ts'
import { functionArn, parseFunctionName } from '../contract/function-name.ts'
import { concurrentExecutionsDefault, listedFunctionsMax } from '../contract/limits.ts'
import type { Lambda } from '../contract/shapes.ts'
import { allFunctions, findFunction, type KnownFunction } from '../functions.ts'
import type { LambdaContext } from '../lambda-context.ts'
import type { Registration } from '../records/registration.ts'
import { checkTags } from './create-event-source-mapping.ts'
import { pageOf } from './page.ts'

type Configuration = Lambda<'FunctionConfiguration'>

/** Registers a function that the file names. */
export async function createFunction(context: LambdaContext, input: LambdaInput<'CreateFunction'>): Promise<Configuration> {
  const { engine, records, functions } = context
  const name = nameIn(input.FunctionName)
  checkCode(input)
  checkTags(input.Tags ?? {})
  const definition = functions?.find(name)
  if (definition === undefined) {
    throw invalidParameter(`Stator has no function ${name}: functions are those of the file that --functions names (docs/triggers.md).`)
  }
  const registration = await records.change(({ register }) => {
    const before = records.registration(name)
    if (before !== undefined && !before.isDeleted) throw new LambdaError('ResourceConflictException', `Function already exist: ${name}`)
    const made = registrationFrom(engine, input, { name, isDeleted: false, tags: input.Tags ?? {}, modifiedMs: 0 })
    register(made)
    return made
  })
  return configurationOf(engine, { definition, registration })
}

export async function updateFunctionConfiguration(
  context: LambdaContext,
  input: LambdaInput<'UpdateFunctionConfiguration'>,
): Promise<Configuration> {
  const { engine, records } = context
  const found = functionNamed(context, input.FunctionName)
  const { name } = found.definition
  const { Handler, Runtime } = configurationOf(engine, found)
  if (input.Handler !== undefined && input.Handler !== Handler) throw ofTheFile('Handler')
  if (input.Runtime !== undefined && input.Runtime !== Runtime) throw ofTheFile('Runtime')
  const registration = await records.change(({ register }) => {
    const before = records.registration(name)
    if (before?.isDeleted) throw noSuchFunction(functionArn(engine, { name, qualifier: undefined }))
    const changed = registrationFrom(engine, input, before ?? { name, isDeleted: false, tags: {}, modifiedMs: 0 })
    register(changed)
    return changed
  })
  return configurationOf(engine, { ...found, registration })
}

/** The file stays as it is. */
export async function deleteFunction(context: LambdaContext, { FunctionName }: LambdaInput<'DeleteFunction'>): Promise<undefined> {
  const { engine, records } = context
  const { name } = functionNamed(context, FunctionName).definition
  await records.change(({ register }) => register({ name, isDeleted: true, tags: {}, modifiedMs: engine.clock.now() }))
  return undefined
}

export async function getFunction(
  context: LambdaContext,
  { FunctionName }: LambdaInput<'GetFunction'>,
): Promise<Lambda<'GetFunctionOutput'>> {
  const found = functionNamed(context, FunctionName)
  const tags = found.registration?.tags ?? {}
  return {
    Configuration: configurationOf(context.engine, found),
    Code: { RepositoryType: 'Stator' },
    ...(Object.keys(tags).length > 0 && { Tags: tags }),
  }
}

export async function getFunctionConfiguration(
  context: LambdaContext,
  { FunctionName }: LambdaInput<'GetFunctionConfiguration'>,
): Promise<Configuration> {
  return configurationOf(context.engine, functionNamed(context, FunctionName))
}

export async function listFunctions(context: LambdaContext, input: LambdaInput<'ListFunctions'>): Promise<Lambda<'ListFunctionsOutput'>> {
  const { items, next } = pageOf(allFunctions(context), input, listedFunctionsMax, ({ definition }) => definition.name)
  return { Functions: items.map((found) => configurationOf(context.engine, found)), ...next }
}

export async function getAccountSettings(context: LambdaContext): Promise<Lambda<'GetAccountSettingsOutput'>> {
  return {
    AccountLimit: {
      ConcurrentExecutions: concurrentExecutionsDefault,
      UnreservedConcurrentExecutions: concurrentExecutionsDefault,
    },
    AccountUsage: { TotalCodeSize: 0, FunctionCount: allFunctions(context).length },
  }
}

function registrationFrom(
  engine: MeteredEngine,
  { Description, Environment, MemorySize, Role, Timeout }: Omit<LambdaInput<'UpdateFunctionConfiguration'>, 'FunctionName'>,
  before: Registration,
): Registration {
  return {
    ...before,
    ...(Description !== undefined && { description: Description }),
    ...(Environment !== undefined && { environment: Environment.Variables ?? {} }),
    ...(MemorySize !== undefined && { memoryMb: MemorySize }),
    ...(Role !== undefined && { role: Role }),
    ...(Timeout !== undefined && { timeoutSeconds: Timeout }),
    modifiedMs: engine.clock.now(),
  }
}

/** Throws ResourceNotFoundException. */
function functionNamed(context: LambdaContext, text: string): KnownFunction {
  const parsed = parseFunctionName(text)
  const name = parsed?.name ?? text
  const isOurs = parsed?.account === undefined || parsed.account === context.engine.account
  const found = isOurs ? findFunction(context, name) : undefined
  if (found === undefined) throw noSuchFunction(functionArn(context.engine, { name, qualifier: undefined }))
  return found
}

function nameIn(text: string): string {
  return parseFunctionName(text)?.name ?? text
}

function checkCode({ Code }: LambdaInput<'CreateFunction'>): void {
  if (Object.values(Code).every((value) => value === undefined)) return
  throw invalidParameter(
    'Stator runs no code that is sent to it: send Code as {}, and name the function in the file of functions (docs/triggers.md).',
  )
}

function ofTheFile(member: string): LambdaError {
  return invalidParameter(`${member} is what the file of functions says, and is changed there.`)
}

function configurationOf({ region, account }: MeteredEngine, { definition, registration }: KnownFunction): Configuration {
  const { name, run } = definition
  const environment = registration?.environment ?? definition.environment
  const role = registration?.role
  return {
    FunctionName: name,
    FunctionArn: functionArn({ region, account }, { name, qualifier: undefined }),
    ...runtimeOf(run),
    ...(role !== undefined && { Role: role }),
    ...(run.kind === 'module' && { Handler: run.handler }),
    CodeSize: 0,
    Description: registration?.description ?? definition.description,
    Timeout: registration?.timeoutSeconds ?? definition.timeoutSeconds,
    MemorySize: registration?.memoryMb ?? definition.memoryMb,
    LastModified: new Date(registration?.modifiedMs ?? 0).toISOString().replace('Z', '+0000'),
    Version: '$LATEST',
    ...(Object.keys(environment).length > 0 && { Environment: { Variables: environment } }),
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: ['x86_64'],
  }
}

function runtimeOf(run: KnownFunction['definition']['run']): { readonly Runtime: string } {
  if (run.kind === 'command') return { Runtime: 'provided' }
  if (run.kind !== 'module') return { Runtime: 'nodejs' }
  return { Runtime: handlerFile(run.folder, run.handler)?.language === 'python' ? 'python3' : 'nodejs' }
}
