// An embedded chart says when there is a newer edition than its own.
const link = document.querySelector("[data-editions]");
if (/^http/.test(location.protocol)) {
  fetch(link.dataset.editions)
    .then((answer) => answer.json())
    .then(({ editions: [newest] }) => {
      if (newest?.data > link.dataset.edition) link.textContent = `A newer edition is out, with data to ${newest.data}`;
    })
    .catch(() => {}); // the link leads there all the same
}
