import { findRegistrableDomain } from './public-suffix.ts';

/**
 * Domains in which a provider gives mailboxes to the public: only the provider can publish records there. Big ones and
 * those that people of one country all know; a missing one only means a missing hint.
 */
const MAILBOX_DOMAINS: ReadonlySet<string> = new Set(
  [
    // Google, Microsoft, Apple
    'gmail.com googlemail.com',
    'outlook.com outlook.at outlook.be outlook.cl outlook.co.id outlook.co.th outlook.com.ar outlook.com.au outlook.com.br',
    'outlook.com.gr outlook.com.tr outlook.com.vn outlook.cz outlook.de outlook.dk outlook.es outlook.fr outlook.hu outlook.ie',
    'outlook.in outlook.it outlook.jp outlook.kr outlook.lv outlook.my outlook.ph outlook.pt outlook.sa outlook.sg outlook.sk',
    'hotmail.com hotmail.be hotmail.ca hotmail.ch hotmail.co.jp hotmail.co.uk hotmail.com.ar hotmail.com.br hotmail.com.tr',
    'hotmail.de hotmail.dk hotmail.es hotmail.fi hotmail.fr hotmail.gr hotmail.it hotmail.nl hotmail.no hotmail.se',
    'live.com live.at live.be live.ca live.cl live.cn live.co.uk live.com.ar live.com.au live.com.mx live.com.pt live.de live.dk',
    'live.fi live.fr live.ie live.in live.it live.jp live.nl live.no live.ru live.se msn.com passport.com',
    'icloud.com me.com mac.com',
    // Yahoo and AOL
    'yahoo.com yahoo.at yahoo.be yahoo.ca yahoo.ch yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.kr yahoo.co.nz yahoo.co.th',
    'yahoo.co.uk yahoo.co.za yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.cn yahoo.com.co yahoo.com.hk yahoo.com.mx',
    'yahoo.com.my yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.cz yahoo.de yahoo.dk yahoo.es yahoo.fi',
    'yahoo.fr yahoo.gr yahoo.hu yahoo.ie yahoo.in yahoo.it yahoo.nl yahoo.no yahoo.pl yahoo.pt yahoo.ro yahoo.se',
    'ymail.com rocketmail.com myyahoo.com aol.com aol.co.uk aol.de aol.fr aim.com',
    // Providers of the whole world
    'proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tutamail.com tuta.com tuta.io keemail.me',
    'fastmail.com fastmail.fm hey.com zoho.com zohomail.com zohomail.eu zohomail.in mail.com email.com gmx.com gmx.us inbox.com',
    'hushmail.com mailfence.com posteo.de posteo.net disroot.org riseup.net runbox.com duck.com mozmail.com',
    // By country
    'gmx.de gmx.net gmx.at gmx.ch gmx.fr gmx.co.uk gmx.es gmx.it web.de t-online.de freenet.de arcor.de mailbox.org online.de',
    'bluewin.ch chello.at aon.at orange.fr wanadoo.fr free.fr laposte.net sfr.fr bbox.fr libero.it virgilio.it alice.it tin.it',
    'tiscali.it terra.es telefonica.net sapo.pt telenet.be skynet.be ziggo.nl kpnmail.nl xs4all.nl planet.nl home.nl',
    'btinternet.com virginmedia.com blueyonder.co.uk ntlworld.com sky.com talktalk.net eircom.net wp.pl o2.pl onet.pl op.pl interia.pl',
    'seznam.cz email.cz centrum.cz azet.sk freemail.hu citromail.hu abv.bg mail.bg ukr.net i.ua mail.ru inbox.ru list.ru bk.ru',
    'yandex.ru yandex.com ya.ru rambler.ru qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn',
    'aliyun.com naver.com daum.net hanmail.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp',
    'rediffmail.com bigpond.com optusnet.com.au xtra.co.nz comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net',
    'charter.net earthlink.net juno.com netzero.net optonline.net frontier.com windstream.net rogers.com bell.net shaw.ca telus.net',
    'sympatico.ca videotron.ca uol.com.br bol.com.br terra.com.br ig.com.br globo.com walla.co.il walla.com mynet.com',
  ].flatMap((line) => line.split(' ')),
);

/**
 * Finds the mailbox provider's domain that a name is or lies in, such as `gmail.com`.
 * @param name lower-case A-labels without final dot
 */
export function findMailboxDomain(name: string): string | null {
  const registered = findRegistrableDomain(name);
  return [registered, name].find((each) => each !== null && MAILBOX_DOMAINS.has(each)) ?? null;
}
