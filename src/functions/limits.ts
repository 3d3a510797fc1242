/** Bounds of functions and of what runs them. AWS's are named so; the others are ours. */
import { minuteMs, secondMs } from '../base/clock.ts'

/** AWS's: of a function, in seconds and megabytes. */
export const timeoutSecondsDefault = 3
export const timeoutSecondsMax = 900
export const memoryMbDefault = 128
export const memoryMbMin = 128
export const memoryMbMax = 10_240
/** AWS's: of what is given to a function that is waited for, of one that is not, and of what it answers, in bytes. */
export const payloadBytesMax: number = 6 * 1024 * 1024
export const eventPayloadBytesMax: number = 1024 * 1024
export const responseBytesMax = 6_291_556
/** AWS's: how much of the log goes into the answer of who asks for it. */
export const logTailBytes = 4096
/** AWS's: how long a function may take until it can be asked. */
export const initMsMax: number = 10 * secondMs

/** Of a function that says nothing of it: so many of its invocations are done at a time, and so many wait for their turn. */
export const processesDefault = 8
export const waitingMax = 1000
/** What a function file may say. */
export const concurrencyMax = 1000
/** A process that has nothing to do ends after this. */
export const idleProcessMs: number = 5 * minuteMs
/** Of a function so much of its log is kept, in lines and in bytes, and a longer line is cut. */
export const logLinesMax = 5000
export const logBytesMax: number = 2 << 20
export const logLineBytesMax: number = 64 << 10
/** What a process says beside its log before the line ends is no answer when it is longer. */
export const answerLineBytesMax: number = 16 << 20
/** How long an endpoint that failures are sent to may take. */
export const deliveryMsMax: number = 10 * secondMs
/** How long a file of functions may take that is a program. */
export const readFileMsMax: number = 10 * secondMs
export const readFileBytesMax: number = 1 << 20
