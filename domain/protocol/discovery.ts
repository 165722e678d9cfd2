/** How a till announces itself on the bar's network, and how a node that belongs to no bar looks for one. A hint, never trust. */
export const TILL_SERVICE = '_taptill._tcp.local';
