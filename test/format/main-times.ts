/** When the main folder was made and left. */
export const firstTime = '2026-11-20T08:00:00Z'
/** When the folder is left, and when its answers hold. */
export const lastTime = '2026-11-21T09:30:20Z'
export const lastMs: number = Date.parse(lastTime)

export const nextYearSeconds: number = Date.parse('2027-11-21T00:00:00Z') / 1000
