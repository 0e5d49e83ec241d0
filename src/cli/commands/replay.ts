import { parseRecording } from '../../simulator/index.js'
import type { Command } from '../command.js'
import { EXIT, UsageError } from '../exit-codes.js'
import { HOSTING, HOSTING_HELP, HOSTING_LOGIN, host, speedOf } from '../host-simulator.js'
import { readText } from '../recording-file.js'
import { stop } from './simulate.js'

export const replay: Command = {
  name: 'replay',
  usage: 'FILE',
  words: 1,
  summary: 'is a PBX on this machine that tells what a recording has, once somebody has logged in',
  help: `${HOSTING_HELP}
  --speed N         how many times as fast as it was; max: all at once. Default: 1

${HOSTING_LOGIN}
Where the recording has lost its connection, the clients lose theirs, and it goes on when they are back. It ends with the recording, or by Ctrl+C.

  viptel-pbx replay monday.jsonl --speed 60`,
  options: HOSTING,
  run: async context => {
    const [path = ''] = context.words
    const speed = speedOf(context, { max: true, most: 1_000_000 })
    const recording = parseRecording(readText(path))
    if (recording.length === 0) throw new UsageError(`'${path}' has no line.`)
    return host(context, {}, async simulator => {
      const stopped = stop(context.stopped)
      await Promise.race([simulator.waitForLogin(), stopped])
      try {
        await simulator.play(recording, { speed, signal: context.stopped })
      } catch (error) {
        if (!context.stopped.aborted) throw error
      }
      return EXIT.done
    })
  },
}
