/** The object without the members that are undefined: types that are exact about optional members take no others. */
export function withoutUnset<Members extends object>(members: Members): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}
