import { parseRecording } from '../../simulator/index.js'
import type { Command } from '../command.js'
import { EXIT, UsageError } from '../exit-codes.js'
import {
  hostSimulator,
  readSpeed,
  SIMULATOR_HELP,
  SIMULATOR_LOGIN_HELP,
  SIMULATOR_OPTIONS,
  waitForStop,
} from '../host-simulator.js'
import { readTextFile } from '../recording-file.js'

export const replay: Command = {
  name: 'replay',
  usage: 'FILE',
  argumentCount: 1,
  summary: 'is a PBX on this machine that plays a recording to its clients',
  help: `${SIMULATOR_HELP}
  --speed N         how many times as fast as it was; max: all at once.
                    Default: 1

${SIMULATOR_LOGIN_HELP}

Where the recording has lost its connection, the clients lose theirs; the replay
goes on when they are back. The command ends with the recording, or by Ctrl+C.

  viptel-pbx replay monday.jsonl --speed 60`,
  options: SIMULATOR_OPTIONS,
  run: async context => {
    const [path = ''] = context.arguments
    const { stopped } = context
    const speed = readSpeed(context, { max: true, most: 1_000_000 })
    const recording = parseRecording(readTextFile(path))
    if (recording.length === 0) throw new UsageError(`'${path}' has no line.`)
    return hostSimulator(context, {}, async simulator => {
      await Promise.race([simulator.waitForLogin(), waitForStop(stopped)])
      try {
        await simulator.play(recording, { speed, signal: stopped })
      } catch (error) {
        if (!stopped.aborted) throw error
      }
      return EXIT.done
    })
  },
}
