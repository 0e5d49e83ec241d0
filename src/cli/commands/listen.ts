import { take } from 'rxjs'
import { type PbxClient, type PbxEvent, trackCalls, type UnknownEvent } from '../../index.js'
import { CONNECTING, CONNECTING_HELP, type Command, type Context } from '../command.js'
import { UsageError } from '../exit-codes.js'
import { anomalyLine, changeLine, eventLine, unknownLine } from '../format.js'
import { matcher } from '../glob-matcher.js'
import { stayOnline } from '../stay-online.js'

export const listen: Command = {
  name: 'listen',
  usage: '',
  words: 0,
  summary: 'shows events as they come, or with --calls what becomes of each call',
  help: `  --event NAME      only events of this name, in which * stands for any text; may be given again, and knows names that the SDK does not
  --calls           whole journeys of callers instead of events
${CONNECTING_HELP}

The result goes to stdout. On stderr it says when the connection is lost and when it is back, from when to when events may be lost, and what could not be
read. Ctrl+C logs out. It ends with 1 when the PBX refuses the login, and with 3 when it cannot be reached at first; later it comes back from every loss.

  viptel-pbx listen
  viptel-pbx listen --event 'call.*' --event queue.join
  viptel-pbx listen --calls
  viptel-pbx listen --json | jq 'select(.event == "call.end") | .status'`,
  options: { ...CONNECTING, event: { type: 'string', multiple: true }, calls: { type: 'boolean' } },
  run: context => {
    const patterns = context.texts('event')
    if (context.flag('calls') && patterns.length > 0)
      throw new UsageError('--calls shows calls and --event events: give one of them.')
    const pbx = context.connect()
    if (context.flag('calls')) showCalls(context, pbx)
    else showEvents(context, pbx, matcher(patterns))
    return stayOnline(context, pbx)
  },
}

function showCalls(context: Context, pbx: PbxClient): void {
  noteAnomalies(context, pbx)
  trackCalls(pbx).change$.subscribe({
    next: change => show(context, change, () => changeLine(change, Date.now())),
    // told by the status
    error: () => {},
  })
}

function showEvents(context: Context, pbx: PbxClient, wanted: (name: string) => boolean): void {
  const put = (event: PbxEvent | UnknownEvent, line: () => string) => {
    if (wanted(event.event)) show(context, event, line)
  }
  pbx.event$.subscribe({ next: event => put(event, () => eventLine(event)), error: () => {} })
  noteAnomalies(context, pbx, name => {
    // the anomaly comes just before the event itself, which is there under its name only
    pbx
      .on(name)
      .pipe(take(1))
      .subscribe({ next: event => put(event, () => unknownLine(event)), error: () => {} })
  })
}

function show({ terminal, flag, stopped }: Context, value: unknown, line: () => string): void {
  if (stopped.aborted) return
  if (flag('json')) terminal.json(value)
  else terminal.line(line())
}

/** On stderr; but an unknown event, where there is a place for it, is no anomaly. */
function noteAnomalies({ terminal }: Context, pbx: PbxClient, unknown?: (name: string) => void): void {
  pbx.anomaly$.subscribe(anomaly => {
    const name = anomaly.kind === 'unknown-event' ? nameIn(anomaly.raw) : undefined
    if (name === undefined || unknown === undefined) terminal.note({ colour: 'yellow', text: anomalyLine(anomaly) })
    else unknown(name)
  })
}

/** Undefined when the frame was too long to be kept whole. */
function nameIn(raw: string): string | undefined {
  try {
    return (JSON.parse(raw) as { event: string }).event
  } catch {
    return undefined
  }
}
