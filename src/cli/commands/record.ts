import type { RecordedLine } from '../../simulator/index.js'
import { CONNECTION_OPTIONS, type Command, SETTINGS_HELP } from '../command.js'
import { createPseudonyms } from '../pseudonymize.js'
import { createPseudonymizer } from '../pseudonymize-recording.js'
import { createRecorder } from '../recorder.js'
import { createRecordingFile } from '../recording-file.js'
import { readSettings } from '../settings.js'
import { stayOnline } from '../stay-online.js'

export const record: Command = {
  name: 'record',
  usage: 'FILE',
  argumentCount: 1,
  summary: 'writes down all frames that come, with their times, for replay',
  help: `  --mask            other numbers and names: the same for the same party, of
                    the same kind and length. Queues and ids keep theirs
  --force           overwrite FILE
  --insecure        allow ws:// to another machine than this one

${SETTINGS_HELP}

One JSON object a line: {"t": ms, "frame": {…}}. Nothing of the login is in it.
The recording goes on over restarts and losses, which are written down, too;
stderr says what it may have missed. Ctrl+C ends it.

A frame is in the file as soon as it has come. A masked one waits for a later
one that is a second younger, or for the end. A frame that is nested too deeply
to be read is written down as text.

  viptel-pbx record monday.jsonl
  viptel-pbx record monday.jsonl --mask`,
  options: { insecure: CONNECTION_OPTIONS.insecure, mask: { type: 'boolean' }, force: { type: 'boolean' } },
  run: async context => {
    const [path = ''] = context.arguments
    const { credentials } = readSettings(context.env)
    const file = createRecordingFile(path, { force: context.flag('force') })
    /** Aborts with the user's stop, and with the first line that cannot be written. */
    const stopping = new AbortController()
    let writeError: unknown
    const write = (line: RecordedLine) => {
      if (writeError !== undefined) return
      try {
        file.write(line)
      } catch (error) {
        writeError = error
        stopping.abort()
      }
    }
    const lines = context.flag('mask') ? createPseudonymizer(createPseudonyms(), write) : { write, end: () => {} }
    const recorder = createRecorder({ write: lines.write, credentials })
    const pbx = context.connect({ WebSocket: recorder.WebSocket })
    const recording = recorder.follow(pbx)
    if (context.stopped.aborted) stopping.abort()
    else context.stopped.addEventListener('abort', () => stopping.abort(), { once: true })
    const code = await stayOnline({ terminal: context.terminal, stopped: stopping.signal }, pbx).finally(() => {
      recording.unsubscribe()
      lines.end()
      file.close()
      if (file.lines > 0) context.terminal.note(`${file.lines} lines in ${path}`)
    })
    if (writeError !== undefined) throw writeError
    return code
  },
}
