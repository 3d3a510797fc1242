module.exports = { preset: '@shelf/jest-dynamodb', testMatch: ['**/*.spec.js'], transform: {} }
