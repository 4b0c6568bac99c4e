// What the documentation pages do: the theme, the search, copying. They can be read, and searched, without any of it.
{
  const root = document.documentElement;
  /** The dashboard's key (dashboard/src/components/theme.ts): what is chosen there is chosen here. */
  const THEME = 'autosend.theme';
  const WAIT_MS = 120;

  const readTheme = () => {
    try {
      return localStorage.getItem(THEME);
    } catch {
      // Blocked storage holds nothing.
      return null;
    }
  };
  const showTheme = (theme) => {
    if (theme === 'light' || theme === 'dark') root.setAttribute('data-theme', theme);
    else root.removeAttribute('data-theme');
  };
  // Before anything is painted.
  showTheme(readTheme());

  const offerThemes = (button) => {
    const prefersDark = matchMedia('(prefers-color-scheme: dark)');
    const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches);
    const label = () => {
      button.textContent = isDark() ? 'Light' : 'Dark';
      button.setAttribute('aria-label', isDark() ? 'Light theme' : 'Dark theme');
    };
    button.addEventListener('click', () => {
      const theme = isDark() ? 'light' : 'dark';
      try {
        localStorage.setItem(THEME, theme);
      } catch (error) {
        // Without storage it holds until the page is left.
        console.warn(error);
      }
      showTheme(theme);
      label();
    });
    prefersDark.addEventListener('change', label);
    label();
    button.hidden = false;
  };

  const offerSearch = (form) => {
    const input = form.querySelector('input');
    const list = form.querySelector('[role="listbox"]');
    let options = [];
    let active = -1;
    let timer;
    let asked = 0;
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-controls', list.id);
    input.setAttribute('aria-autocomplete', 'list');

    const show = (isOpen) => {
      list.hidden = !isOpen;
      input.setAttribute('aria-expanded', String(isOpen));
      if (!isOpen) choose(-1);
    };
    const choose = (index) => {
      active = index;
      for (const [at, option] of options.entries()) option.setAttribute('aria-selected', String(at === index));
      const option = options[index];
      if (option) {
        input.setAttribute('aria-activedescendant', option.id);
        option.scrollIntoView({ block: 'nearest' });
      } else input.removeAttribute('aria-activedescendant');
    };
    const buildOption = ({ url, title, page, excerpt }, at) => {
      const option = document.createElement('div');
      option.id = `result-${at}`;
      option.dataset.url = url;
      option.setAttribute('role', 'option');
      const name = document.createElement('b');
      name.textContent = title;
      const about = document.createElement('small');
      about.textContent = title === page ? excerpt : `${page}: ${excerpt}`;
      option.append(name, about);
      option.addEventListener('mousedown', (event) => event.preventDefault());
      option.addEventListener('click', () => location.assign(url));
      return option;
    };
    const search = async () => {
      const query = input.value.trim();
      asked += 1;
      const mine = asked;
      if (query === '') return show(false);
      const response = await fetch(`/docs/search.json?q=${encodeURIComponent(query)}`);
      // A later question has been asked, or this one cannot be answered: Enter shows the page of results all the same.
      if (mine !== asked || !response.ok) return;
      const { results } = await response.json();
      options = results.map(buildOption);
      list.replaceChildren(...options);
      choose(-1);
      show(options.length > 0);
    };
    input.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => search().catch(console.warn), WAIT_MS);
    });
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !list.hidden) {
        event.preventDefault();
        return show(false);
      }
      if (list.hidden || options.length === 0) return;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        const step = event.key === 'ArrowDown' ? 1 : -1;
        choose((active + step + options.length + (active === -1 && step === -1 ? 1 : 0)) % options.length);
      }
      const option = options[active];
      if (event.key === 'Enter' && option) {
        event.preventDefault();
        show(false);
        location.assign(option.dataset.url);
      }
    });
    input.addEventListener('blur', () => show(false));
    document.addEventListener('keydown', (event) => {
      const isTyping = /^(?:INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.focus();
    });
    show(false);
  };

  const offerCopies = (figures) => {
    for (const figure of figures) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'copy';
      button.textContent = 'Copy';
      button.addEventListener('click', async () => {
        try {
          await navigator.clipboard.writeText(figure.querySelector('code').textContent);
          button.textContent = 'Copied';
        } catch (error) {
          button.textContent = 'Not allowed';
          console.warn(error);
        }
      });
      button.addEventListener('blur', () => {
        button.textContent = 'Copy';
      });
      figure.append(button);
    }
  };

  document.addEventListener('DOMContentLoaded', () => {
    offerThemes(document.querySelector('.theme'));
    offerSearch(document.querySelector('.search'));
    if (navigator.clipboard) offerCopies(document.querySelectorAll('.code'));
  });
}
