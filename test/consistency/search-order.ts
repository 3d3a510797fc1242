/**
 * Is there one order of the calls, each between its call and its answer, in which a model gives the same answers? The search of Wing
 * and Gong with Lowe's two ideas: a call takes effect no sooner than somebody's answer needs it, and a pair of (calls that took effect,
 * state) is looked at once. Over one item that is linearizability, over a database with transactions strict serializability.
 *
 * The history is walked through once. A configuration is one way how things may stand at that moment; where no call is under way,
 * all that is left of them is the possible states, so a long history costs no more for each call than a short one.
 */
import type { Call, History } from './history.ts'

export interface Model<State, Operation, Answer> {
  readonly initial: State
  /** Pure. States and answers are equal when their JSON is. */
  apply(state: State, operation: Operation): { readonly state: State; readonly answer: Answer }
  /** Whether such an answer says that the operation changed nothing, whatever the state. When in doubt, false. */
  isWithoutEffect(operation: Operation, answer: Answer): boolean
}

export interface Unexplained<State, Operation, Answer> {
  /** Its answer is the first that no order explains. */
  readonly call: Call<Operation, Answer>
  /** The last moment of which everything is certain: the state, and which of the calls below had already happened. */
  readonly since: { readonly state: State; readonly happened: readonly number[] }
  /** The calls under way at some time between then and the answer. */
  readonly window: History<Operation, Answer>
}

interface Configuration<State> {
  readonly state: State
  readonly stateText: string
  /** Calls under way that took effect here and will be answered: their numbers, ascending. */
  readonly taken: readonly number[]
  /** Calls of unknown outcome that took effect here, ascending. */
  readonly spent: readonly number[]
}

/** So many ways to stand are too many to search. A history that comes here says too little in its answers, or has too many unknown ones. */
const configurationsMax = 50_000

/** Undefined when there is such an order. */
export function searchOrder<State, Operation, Answer>(
  model: Model<State, Operation, Answer>,
  history: History<Operation, Answer>,
): Unexplained<State, Operation, Answer> | undefined {
  const search = new OrderSearch(model)
  const certain = { at: 0, state: model.initial, happened: [] as readonly number[] }
  for (const { at, call, isAnswer } of eventsOf(history)) {
    if (!isAnswer) search.begin(call)
    else if (!search.answer(call)) {
      const window = history.filter(({ calledAt, outcome }) => calledAt < at && (outcome?.doneAt ?? at) > certain.at)
      return { call, since: { state: certain.state, happened: certain.happened }, window }
    }
    const [only, ...others] = search.configurations
    if (isAnswer && only !== undefined && others.length === 0) {
      Object.assign(certain, { at, state: only.state, happened: [...only.taken, ...only.spent] })
    }
  }
  return undefined
}

interface Event<Operation, Answer> {
  readonly at: number
  readonly call: Call<Operation, Answer>
  readonly isAnswer: boolean
}

function eventsOf<Operation, Answer>(history: History<Operation, Answer>): readonly Event<Operation, Answer>[] {
  const calls = history.map((call) => ({ at: call.calledAt, call, isAnswer: false }))
  const answers = history.flatMap((call) => (call.outcome === undefined ? [] : [{ at: call.outcome.doneAt, call, isAnswer: true }]))
  return [...calls, ...answers].sort((left, right) => left.at - right.at)
}

class OrderSearch<State, Operation, Answer> {
  readonly #model: Model<State, Operation, Answer>
  /** Calls under way, with the answer they will get. */
  readonly #pending = new Map<Call<Operation, Answer>, string | undefined>()
  configurations: readonly Configuration<State>[]

  constructor(model: Model<State, Operation, Answer>) {
    this.#model = model
    this.configurations = [{ state: model.initial, stateText: JSON.stringify(model.initial), taken: [], spent: [] }]
  }

  begin(call: Call<Operation, Answer>): void {
    this.#pending.set(call, call.outcome && JSON.stringify(call.outcome.answer))
  }

  /** False when nothing that may have happened has the call in it. */
  answer(call: Call<Operation, Answer>): boolean {
    const seen = new Frontier<State>()
    const reached = new Frontier<State>()
    // Breadth first: what fewer unknown calls lead to is then there before what more lead to.
    const queue = [...this.configurations]
    for (const next of queue) {
      const configuration = this.#withoutEffect(next)
      if (!seen.add(configuration)) continue
      if (seen.size > configurationsMax) throw new Error(`too many ways how things may stand at call ${call.number}`)
      if (configuration.taken.includes(call.number)) reached.add(configuration)
      else queue.push(...this.#successors(configuration))
    }
    this.#pending.delete(call)
    this.configurations = reached.all.map((configuration) => ({
      ...configuration,
      taken: configuration.taken.filter((number) => number !== call.number),
    }))
    return this.configurations.length > 0
  }

  #successors(configuration: Configuration<State>): readonly Configuration<State>[] {
    return [...this.#pending].flatMap(([call, answerText]) => this.#take(configuration, call, answerText) ?? [])
  }

  /** The call happens now, if it has not yet and its answer fits. One of unknown outcome that would change nothing need not happen. */
  #take(
    { state, stateText, taken, spent }: Configuration<State>,
    { number, operation }: Call<Operation, Answer>,
    answerText: string | undefined,
  ): Configuration<State> | undefined {
    if (taken.includes(number) || spent.includes(number)) return undefined
    const applied = this.#model.apply(state, operation)
    if (answerText !== undefined && JSON.stringify(applied.answer) !== answerText) return undefined
    const after = { state: applied.state, stateText: applied.state === state ? stateText : JSON.stringify(applied.state) }
    if (answerText !== undefined) return { ...after, taken: ascending(taken, number), spent }
    return after.stateText === stateText ? undefined : { ...after, taken, spent: ascending(spent, number) }
  }

  /**
   * Takes every call whose answer fits and says that it changed nothing. Whatever order works with such a call later works with it now,
   * so the configuration without it need not be looked at.
   */
  #withoutEffect(configuration: Configuration<State>): Configuration<State> {
    let settled = configuration
    for (const [call, answerText] of this.#pending) {
      const { operation, outcome } = call
      if (outcome === undefined || !this.#model.isWithoutEffect(operation, outcome.answer)) continue
      settled = this.#take(settled, call, answerText) ?? settled
    }
    return settled
  }
}

/**
 * Configurations that are worth looking at: of two that differ only in what became of calls of unknown outcome, the one that needs
 * fewer of them can do whatever the other can.
 */
class Frontier<State> {
  readonly #alike = new Map<string, readonly Configuration<State>[]>()
  size = 0

  get all(): readonly Configuration<State>[] {
    return [...this.#alike.values()].flat()
  }

  add(configuration: Configuration<State>): boolean {
    const { taken, spent, stateText } = configuration
    const key = `${taken.join()} ${stateText}`
    const alike = this.#alike.get(key) ?? []
    if (alike.some((other) => isWithin(other.spent, spent))) return false
    this.#alike.set(key, [...alike.filter((other) => !isWithin(spent, other.spent)), configuration])
    this.size += 1
    return true
  }
}

function isWithin(some: readonly number[], all: readonly number[]): boolean {
  return some.every((number) => all.includes(number))
}

function ascending(numbers: readonly number[], added: number): readonly number[] {
  return [...numbers, added].sort((left, right) => left - right)
}
