/** What a table costs, as far as advice needs it: handed in by who knows prices, which are no business of the advisor's. */

/** US dollars, in the class that the table has. */
export interface TableMoney {
  /** A request unit, on demand. */
  readonly usdPerReadUnit: number
  readonly usdPerWriteUnit: number
  readonly usdPerGbMonth: number
  /** A capacity unit for an hour. */
  readonly usdPerReadUnitHour: number
  readonly usdPerWriteUnitHour: number
  /** How much of the past it goes by. */
  readonly windowMinutes: number
  /** As the table is set now. */
  readonly usdPerMonth: number
  /** The cheapest of all ways to pay in which nothing would have been refused, in words: `on demand, Standard-IA`. */
  readonly cheapest: { readonly text: string; readonly usdPerMonth: number }
}
