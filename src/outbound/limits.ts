/** What clients of other servers send at a time, and how long they wait. */

// Data streams. AWS's: how much one PutRecords takes, and how large a record may be with its partition key.
export const putRecordsMax = 500
export const putBytesMax: number = 5 * 1024 * 1024
export const streamRecordBytesMax: number = 1024 * 1024

// Ours.
/** How long an answer is waited for. */
export const streamTimeoutMs = 10_000
/** What is read of an answer: five hundred records with a message each, several times over. */
export const streamAnswerBytesMax: number = 4 * 1024 * 1024
/** How much of what a server says is quoted to people. */
export const quotedLengthMax = 300
/** Streams that sinks may be named for. */
export const streamSinksMax = 1000
