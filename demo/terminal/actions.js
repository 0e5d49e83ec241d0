// @ts-check
// Actions with every kind of outcome.
import { setTimeout as pause } from 'node:timers/promises'
import { firstValueFrom } from 'rxjs'
import { reached } from 'viptel-pbx'
import { COLLEAGUE, CUSTOMER, OUR_PHONE } from './call-centre.js'
import { clean } from './wording.js'

/**
 * Prints every step of an action and its outcome; resolves with the outcome.
 *
 * @param {(line: string) => void} print
 * @param {string} name
 * @param {import('rxjs').Observable<import('viptel-pbx').OutboundCall | import('viptel-pbx').Redirection | import('viptel-pbx').CallEnd>} outcome$
 * @returns {Promise<void>}
 */
const show = (print, name, outcome$) =>
  new Promise(resolve => {
    const say = (/** @type {string} */ text) => print(clean(`          ** ${text}`))
    outcome$.subscribe({
      next: step =>
        say(
          `${name}: ${'phase' in step ? `${step.phase}${step.uniqueId ? ` as ${step.uniqueId}` : ''}` : `ended (${step.status})`}`,
        ),
      error: error =>
        resolve(
          say(
            `${name}: ${error.name}, ${error.safeToRepeat ? 'safe to repeat' : 'not safe to repeat'}. ${error.message}`,
          ),
        ),
      complete: () => resolve(say(`${name}: done`)),
    })
  })

/**
 * Places a call, redirects it and hangs it up; then sends an action that the PBX rejects, and one whose answer is lost.
 *
 * @param {import('viptel-pbx').PbxClient} pbx
 * @param {import('viptel-pbx/simulator').Simulator} simulator
 * @param {(line: string) => void} print
 */
export async function showOutcomes(pbx, simulator, print) {
  const call$ = pbx.createCall({ from: OUR_PHONE, to: CUSTOMER })
  const over = show(print, 'create', call$)
  const call = await firstValueFrom(call$.pipe(reached('answered')))
  await show(print, 'redirect', pbx.redirect(call, COLLEAGUE))
  await show(print, 'hang up', pbx.hangup(call))
  await over
  // an error within a second of a confirmed action could belong to that action, too
  await pause(1_100)
  await show(print, 'hang up a call that is not there', pbx.hangup('1795500000.1'))
  simulator.setFaults({ loseAnswers: 1 })
  await show(print, 'hang up, and the answer is lost', pbx.hangup('1795500000.1', { confirmWithin: 500 }))
  simulator.setFaults(undefined)
}

/**
 * Asks for a call while there is no connection.
 *
 * @param {import('viptel-pbx').PbxClient} pbx
 * @param {(line: string) => void} print
 */
export const showNotSent = (pbx, print) =>
  show(print, 'create, while the PBX is away', pbx.createCall({ from: OUR_PHONE, to: CUSTOMER }, { sendWithin: 200 }))
