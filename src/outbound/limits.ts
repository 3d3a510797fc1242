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

// Sinks.
/** How many changes a sink takes at a time; and a webhook, whose receiver has each of them in memory. */
export const sinkChangesMax = 500
export const webhookChangesMax = 100
/** How long a database is waited for, to connect and to answer. */
export const sinkConnectMsMax = 10_000
export const sinkAnswerMsMax = 60_000
/** How many columns a table has for attributes as they come, and how long the name of one may be in PostgreSQL. */
export const columnsMax = 250
export const columnNameBytesMax = 63
/** How large a request of the bulk API is, how long the id of a document may be, and with how many digits a number is one for everybody. */
export const bulkBytesMax: number = 5 << 20
export const documentIdBytesMax = 512
export const doubleDigitsMax = 15
