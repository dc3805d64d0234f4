/* Asking the site for parts of the page, whose answers come in any order: one that was asked for before
   what is shown now is old, and is not shown.

   const turns = inTurn();
   const mine = turns();           when it is asked for; mine.number grows
   if (!mine.isNews()) return;     last before it is shown */

export function inTurn() {
  let asked = 0;
  let shown = 0;
  return () => {
    const number = ++asked;
    return { number, isNews: () => number > shown && Boolean((shown = number)) };
  };
}

/* A browser that may keep answers lets a newer request for the same address wait for the older one. */
export const ask = (address, how = {}) => fetch(address, { cache: "no-store", ...how });
