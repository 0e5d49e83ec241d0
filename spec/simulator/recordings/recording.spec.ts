import { describe, expect, it } from '@jest/globals'
import { InvalidRecordingError, parseRecording } from '../../../src/simulator/index.js'

describe('parseRecording()', () => {
  it('reads one frame a line, whatever the line ends, and leaves empty lines out', () => {
    expect(parseRecording('\uFEFF{"t":0,"frame":{"a":1}}\r\n\n  \n{"t":2.5,"frame":{}}')).toEqual([
      { t: 0, frame: { a: 1 } },
      { t: 2.5, frame: {} },
    ])
    expect(parseRecording('')).toEqual([])
  })

  it.each([
    ['{"t":0,', 'is not JSON'],
    ['7', 'is not an object'],
    ['null', 'is not an object'],
    ['{"frame":{}}', 'has no time t'],
    ['{"t":"1","frame":{}}', 'has no time t'],
    ['{"t":-1,"frame":{}}', 'has no time t'],
    ['{"t":1e999,"frame":{}}', 'has no time t'],
    ['{"t":1}', 'has no frame'],
    ['{"t":1,"frame":[]}', 'has no frame'],
    ['{"t":1,"frame":null}', 'has no frame'],
  ])('names the line of %s', (line, what) => {
    expect(() => parseRecording(`{"t":0,"frame":{}}\n\n${line}\n`)).toThrow(InvalidRecordingError)
    expect(() => parseRecording(`{"t":0,"frame":{}}\n\n${line}\n`)).toThrow(`Line 3 of the recording ${what}`)
  })
})
