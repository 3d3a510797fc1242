/** How much of expressions and statements is remembered and shown. Ours: what AWS lets them be stands in `api/limits.ts`. */

/** Texts of one kind whose trees are kept, the last ones used: programs have some dozens. */
export const rememberedTextsMax = 1000
/** Programs that repeat a statement keep its values in parameters. A longer text has them in it, and is not worth its memory. */
export const rememberedStatementLengthMax = 1024
/** Parentheses, brackets and calls of a statement inside each other [I]. More than values may be nested, few enough for any stack. */
export const statementNestingMax = 200
/** Of a name in the text of a pattern. That of a name in a key: most names are shorter, and so much is enough to tell them apart. */
export const printedNameLengthMax = 255
