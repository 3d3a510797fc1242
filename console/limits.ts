/** How much the page keeps, shows and asks for at once, and how often. All of it is ours. */

/** Requests that the live view keeps; older ones go. */
export const keptRequestsMax = 5000
/** Requests that the live view asks for when it opens. */
export const firstRequestsMax = 1000
/** Between two pictures of the live view. */
export const feedPictureMs = 100
/** Between two looks at what changes by itself. */
export const pollMs = 5000
export const slowPollMs = 30_000
/** Between two looks at the clock of the server, and at a stream. */
export const clockPollMs = 1000
export const tailPollMs = 1000
/** Records of a stream go when they are a day old, and who is so far behind may be late; of DynamoDB. */
export const recordAgeMsMax: number = 24 * 60 * 60 * 1000
export const lateMs: number = 60 * 60 * 1000
/** Who reads a stream asks every second or so, and iterators expire after a quarter of an hour: who has not asked for so long has ended. */
export const readerGoneMs: number = 5 * 60 * 1000
/** Records of a stream that the page keeps; older ones go. */
export const keptRecordsMax = 2000
/** Items that a look at entities reads, from four places together. */
export const sampledItemsMax = 1000
/** Items that the page saves as a file: all of them are in its memory. */
export const exportedItemsMax = 100_000
/** Of a file: what is no item, as far as it is shown. */
export const shownFaultsMax = 20
/** Of DynamoDB, in one BatchWriteItem; and how often its unprocessed items are sent again. */
export const batchItemsMax = 25
export const batchTriesMax = 8
/** Of files that are dropped as infrastructure code: so many, of each so much, and of all of them. */
export const droppedFilesMax = 5000
export const droppedFileBytesMax: number = 16 * 1024 * 1024
export const droppedBytesMax: number = 128 * 1024 * 1024
/** How often what may pass is asked for again while tables are made. */
export const patientTriesMax = 8
/** Days that point-in-time recovery can keep, of DynamoDB. */
export const recoveryDaysMax = 35
/** Of a list of backups, and of exports, each of which is asked about by itself. */
export const backupsPageMax = 25
export const exportsPageMax = 10
/** Of DynamoDB, in one TransactWriteItems. */
export const transactionActionsMax = 100
/** Attributes that a condition compares with what was read: an expression of DynamoDB has 300 operators and 4 KB at most, and with as many changes it stays below. */
export const conditionAttributesMax = 100
/** Letters of a string that is edited in its cell; longer ones are edited as JSON, where there is room for them. */
export const cellEditedTextMax = 2000
/** Lines of it that are seen at once. */
export const cellLinesMax = 6
/** Items that a statement reads at once. */
export const statementItemsMax = 500
/** A server that says nothing for so long does not answer. */
export const silenceMs = 8000
/** Between two tries to reach a server that is gone. */
export const retryMs = 1000
/** Items of one page of a Query or Scan unless somebody says otherwise. */
export const pageItemsDefault = 100
export const pageItemsMax = 1000
/** Items that the grid keeps, whatever is loaded behind them. */
export const gridItemsMax = 20_000
/** Attributes that get a column of their own. */
export const columnsMax = 60
/** Of a value in a cell; the editor shows the rest. */
export const cellTextMax = 300
/** Of DynamoDB. */
export const itemBytesMax: number = 400 * 1024
/** What one partition serves in a second. */
export const partitionReadUnitsMax = 3000
export const partitionWriteUnitsMax = 1000
/** What one call of Query or Scan reads at most. */
export const readBytesMax: number = 1024 * 1024
/** How tall a row of a list is, in pixels. */
export const rowPixels = 34
/** Minutes of the heat map. */
export const heatMinutesChoices: readonly number[] = [15, 30, 60, 120]
/** Found things in the palette. */
export const foundMax = 30
