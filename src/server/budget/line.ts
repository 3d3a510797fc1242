/** Those who wait in the order they came. Taking the first is as cheap with ten thousand behind it as with none. */
export class Line<T> {
  #places: T[] = []
  #gone = 0

  get length(): number {
    return this.#places.length - this.#gone
  }

  get first(): T | undefined {
    return this.#places[this.#gone]
  }

  push(one: T): void {
    this.#places.push(one)
  }

  shift(): void {
    this.#gone += 1
    if (this.#gone * 2 < this.#places.length) return
    this.#places = this.#places.slice(this.#gone)
    this.#gone = 0
  }
}
