/** Which Stator this is. It stands here, and a test holds it to package.json, because the server reads no files. */
export const version = '0.1.0'
