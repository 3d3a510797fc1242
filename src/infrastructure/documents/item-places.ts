/** Where in their file items stand: `line 3`, `record 3`. They are plain values that go through many hands, so it is remembered beside them. */

const places = new WeakMap<object, string>()

export function placeItem<Item extends object>(item: Item, place: string): Item {
  places.set(item, place)
  return item
}

/** Undefined: it comes from elsewhere. */
export function placeOfItem(item: object): string | undefined {
  return places.get(item)
}

/** The item as the subject of a sentence: `Line 3`. */
export function itemAsSubject(item: object): string {
  return (places.get(item) ?? 'an item').replace(/^./, (letter) => letter.toUpperCase())
}

/** What was made of an item stands where that stood. */
export function placedAs<Item extends object>(item: Item, before: object): Item {
  const place = item === before ? undefined : places.get(before)
  return place === undefined ? item : placeItem(item, place)
}
