import type { RecordedLine } from '../../simulator/index.js'
import { CONNECTING, type Command, SETTINGS_HELP } from '../command.js'
import { createMask } from '../pseudonymize.js'
import { maskedLines } from '../pseudonymize-recording.js'
import { createRecorder } from '../recorder.js'
import { recordingFile } from '../recording-file.js'
import { readSettings } from '../settings.js'
import { stayOnline } from '../stay-online.js'

export const record: Command = {
  name: 'record',
  usage: 'FILE',
  words: 1,
  summary: 'writes down all frames that come, with their times, for replay and for specs',
  help: `  --mask            other numbers and names: the same for the same party, of the same kind and length. Queues and ids keep theirs
  --force           overwrite FILE
  --insecure        allow ws:// to another machine than this one

${SETTINGS_HELP}

One JSON object a line: {"t": ms, "frame": {…}}. Nothing of the login is in it. It goes on over restarts and losses, which are written down, too; on stderr it
says what it may have missed. Ctrl+C ends it. Every frame is in the file when it has come; a masked one waits for
a later one that is a second younger, or for the end.

  viptel-pbx record monday.jsonl
  viptel-pbx record monday.jsonl --mask`,
  options: { insecure: CONNECTING.insecure, mask: { type: 'boolean' }, force: { type: 'boolean' } },
  run: async context => {
    const [path = ''] = context.words
    const { credentials } = readSettings(context.env)
    const file = recordingFile(path, { force: context.flag('force') })
    const failed = new AbortController()
    const write = (line: RecordedLine) => {
      if (failed.signal.aborted) return
      try {
        file.write(line)
      } catch (error) {
        failed.abort(error)
      }
    }
    const lines = context.flag('mask') ? maskedLines(createMask(), write) : { write, end: () => {} }
    const recorder = createRecorder({ write: lines.write, credentials })
    const pbx = context.connect({ WebSocket: recorder.WebSocket })
    const following = recorder.follow(pbx)
    const stopped = AbortSignal.any([context.stopped, failed.signal])
    const code = await stayOnline({ terminal: context.terminal, stopped }, pbx).finally(() => {
      following.unsubscribe()
      lines.end()
      file.close()
      if (file.lines > 0) context.terminal.note(`${file.lines} lines in ${path}`)
    })
    failed.signal.throwIfAborted()
    return code
  },
}
