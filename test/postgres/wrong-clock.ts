/** Loaded before the command: the machine's clock is off by so many milliseconds, and by so many more with each SIGUSR2. */
const rightNow = Date.now
let offMs = Number(process.env.WRONG_CLOCK_MS)

Date.now = () => rightNow() + offMs

process.on('SIGUSR2', () => {
  offMs += Number(process.env.WRONG_CLOCK_MS)
})
