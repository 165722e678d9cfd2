/** Texts that may end in «…», by their `data-cut`, and where the whole of each can be read. No other text of the till may be cut. */
export const MAY_BE_CUT: Readonly<Record<string, string>> = {
  guest: 'a guest’s own name, however long; whole on the guest’s page',
  'guest-in-list': 'a guest’s own name beside the balance; whole on the guest’s page',
  'guest-in-check': 'a guest’s own name in the list before a close; whole on the guest’s page',
  'guest-in-choice': 'a guest’s own name in a dialog; whole on the guest’s page',
  'guest-at-tap': 'first name and initial beside the state of a tap; whole in the visit that a press opens',
  'beverage-of-pour': 'the bar’s own name of a beverage; whole under the pointer and on the page of prices',
  'beverage-of-tap': 'the bar’s own name of a beverage; whole on the page of the tap',
  operator: 'a name of the staff in the status bar; whole on the page of the staff',
  'dialog-title': 'a guest’s own name may be the title of a dialog; whole on the guest’s page',
  'dialog-whom': 'whom a dialog concerns begins with a guest’s own name; whole on the guest’s page',
};
