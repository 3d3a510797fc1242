/** What is read of infrastructure code, and how long a server is waited for. All of it is ours [I]. */

/** Of one file. */
export const sourceBytesMax: number = 16 * 1024 * 1024
/** Of all files of a folder that is looked through. */
export const sourceFilesMax = 10_000
/** How deep folders are looked into, and how deep templates name templates. */
export const folderDepthMax = 16
export const nestedTemplatesMax = 16
/** Maps and lists inside each other, in a file. */
export const nestingMax = 64
/** Nodes that aliases stand for, in a file. */
export const aliasNodesMax = 10_000
/** Functions and variables inside each other, and resources that loops make. */
export const resolvingDepthMax = 256
export const loopElementsMax = 10_000
/** Templates of an import with those inside of others, and files that they include. */
export const templatesMax = 1000
/** What loops write out: values, and letters of names and texts. */
export const loopValuesMax = 1_000_000
export const loopLettersMax: number = 64 * 1024 * 1024
/** Values that variables are looked for in, and variables of one text. */
export const variableValuesMax = 1_000_000
export const variablesInTextMax = 1000
/** Patterns of parameters are tried on texts of so many letters, with so many repetitions. */
export const patternTextLengthMax = 256
export const patternRepetitionsMax = 2
/** Of a text that functions make. */
export const madeTextLengthMax = 1_000_000
/** Subnets that Fn::Cidr makes at most, as CloudFormation has it. */
export const cidrBlocksMax = 256
/** How often it is looked whether a table is ready, for ten minutes. */
export const readyLooksMax = 6000
export const readyWaitMs = 100
/** Tables that are worked on at once. */
export const tablesAtOnceMax = 20
/** How often what a table does not take is put again. */
export const seedTriesMax = 10
/** Of kinds of resources that are no tables, so many are named. */
export const otherKindsNamedMax = 8
/** Of a file, by which it is known that it is no text. */
export const signatureBytes = 16
/** Items of a table that is replaced, read at once; and of its name, so much is in that of the table beside it. */
export const copyPageItems = 500
export const asideNameLengthMax = 247
/** So many items of a file that are refused are told with their line: a report stays one that is read. */
export const refusedItemsToldMax = 10
