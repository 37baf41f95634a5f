(() => {
  "use strict";

  const MINUTE = 60_000;
  const EVERY_HALF_MINUTE = 30_000;
  const asked = document.body.dataset.asOf;
  const now = () => (asked ? new Date(asked) : new Date());

  const short = new Intl.DateTimeFormat(undefined, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  const full = new Intl.DateTimeFormat(undefined, {
    year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });

  const distance = (time) => {
    const minutes = (now() - time) / MINUTE;
    const size = Math.abs(minutes);
    const text = size < 60 ? `${Math.round(size)} min`
      : size < 48 * 60 ? `${(size / 60).toFixed(1)} h`
      : `${(size / 1440).toFixed(1)} d`;
    return minutes < 0 ? `in ${text}` : `${text} ago`;
  };

  // without scripts a time stands in UTC; with them in the reader's own zone, or as an age
  const times = [...document.querySelectorAll("time[datetime]")];
  for (const element of times) {
    const time = new Date(element.dateTime);
    element.title = element.textContent;
    const isOfThisYear = time.getFullYear() === now().getFullYear();
    if (!element.matches(".ago")) {
      element.textContent = (element.matches(".full") || !isOfThisYear ? full : short).format(time);
    }
  }
  const ages = times.filter((element) => element.matches(".ago"));
  const tell = () => {
    for (const element of ages) element.textContent = distance(new Date(element.dateTime));
  };
  tell();
  if (!asked) setInterval(tell, EVERY_HALF_MINUTE);

  const zone = document.querySelector(".zone");
  zone.textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
  zone.parentElement.hidden = false;

  // on a narrow screen the menu scrolls: show where we are
  const current = document.querySelector("nav [aria-current]");
  if (current) current.scrollIntoView({ block: "nearest", inline: "center" });
})();
