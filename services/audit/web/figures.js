// Live figures: one request hangs until something was counted, then the totals are read again. No polling.
'use strict';

// The means: what they are divided by.
const rated = (row) => row.ratings;
const received = (row) => row.received;
const ended = (row) => row.early + row.on_time + row.late;

const columns = [
  ['received', 'Tiếp nhận', 'received'],
  ['filed_online', 'Nộp trực tuyến', 'filed on the portal'],
  ['filed_late', 'Trả lời quá hạn', 'answered late'],
  ['in_process', 'Đang giải quyết', 'in process'],
  ['early', 'Sớm', 'early'],
  ['on_time', 'Đúng hạn', 'on time'],
  ['late', 'Quá hạn', 'late'],
  ['late_open', 'Quá hạn, còn đang giải quyết', 'late, still open'],
  ['late_withdrawn', 'Quá hạn, công dân rút', 'late, withdrawn'],
  ['late_stopped', 'Quá hạn, dừng giải quyết', 'late, stopped'],
  ['withdrawn', 'Công dân rút', 'withdrawn'],
  ['stopped', 'Dừng giải quyết', 'stopped'],
  ['extended', 'Hẹn lại', 'extended'],
  ['breaches', 'Xin lỗi muộn', 'late apologies'],
  ['late_entries', 'Nhập sau sự cố', 'entered late'],
  ['refused', 'Từ chối tiếp nhận', 'refused'],
  ['guided', 'Hướng dẫn hoàn thiện', 'guided'],
  ['guided_again', 'Hướng dẫn lại', 'guided again'],
  ['supplement_late', 'Yêu cầu bổ sung muộn', 'supplements asked late'],
  ['on_the_spot', 'Trọn quy trình tại chỗ', 'all at the counter'],
  ['returned_counter', 'Trả tại quầy', 'returned at the counter'],
  ['returned_proxy', 'Người được ủy quyền nhận', 'fetched by a proxy'],
  ['returned_post', 'Trả qua bưu chính', 'by post'],
  ['returned_electronic', 'Trả điện tử', 'electronically'],
  ['came_back', 'Bưu gửi bị trả lại', 'came back by post'],
  ['unclaimed', 'Không có người nhận', 'unclaimed'],
  ['ratings', 'Đánh giá', 'ratings'],
  ['satisfaction_points', 'Hài lòng', 'satisfaction, mean of 2', rated],
  ['attitude_points', 'Thái độ', 'attitude, mean of 2', rated],
  ['contact_points', 'Số lần liên hệ', 'contacts (indicator 3)', rated],
  ['agency_points', 'Số cơ quan', 'agencies (indicator 4)', rated],
  ['contacts_sum', 'Lượt liên hệ, theo diễn biến', 'contacts, by what happened', received],
  ['contacts_rated_sum', 'Lượt liên hệ, theo đánh giá', 'contacts, by ratings', rated],
  ['agencies_sum', 'Cơ quan phải đến, theo diễn biến', 'agencies, by what happened', received],
  ['conduct_points', 'Thái độ, theo phản ánh', 'conduct (indicator 7)', ended],
  ['complaints', 'Phản ánh, kiến nghị', 'complaints'],
  ['complaints_justified', 'Phản ánh đúng', 'justified'],
  ['complaints_late', 'Trả lời, công khai muộn', 'not answered or published in time'],
  ['complaints_asked_more', 'Yêu cầu bổ sung phản ánh', 'more was asked'],
  ['complaints_published', 'Đã công khai trả lời', 'answers published'],
  ['complaints_published_late', 'Công khai muộn', 'not published in time'],
  ['papers_lost', 'Mất giấy tờ', 'papers lost'],
  ['papers_damaged', 'Hỏng giấy tờ', 'papers damaged'],
  ['losses_settled', 'Đã khắc phục', 'losses settled'],
  ['losses_paid', 'Có bồi thường', 'with money paid'],
  ['fees.due_vnd', 'Phí, lệ phí phải nộp (đồng)', 'fees due (VND)'],
  ['fees.paid_vnd', 'Đã nộp (đồng)', 'paid (VND)'],
  ['fees.waived_vnd', 'Được miễn (đồng)', 'waived (VND)'],
  ['fees.refunded_vnd', 'Hoàn trả (đồng)', 'given back (VND)'],
  ['fees.fee_dossiers', 'Hồ sơ có phí', 'dossiers with a fee'],
  ['fees.fee_dossiers_online', 'Thanh toán trực tuyến', 'of them paid online'],
];
// How steps went; their kinds are words of the process.
const stepColumns = [
  ['ended', 'Đã xong', 'ended'],
  ['early', 'Sớm', 'early'],
  ['on_time', 'Đúng hạn', 'on time'],
  ['late', 'Quá hạn', 'late'],
  ['broken_off', 'Bị ngắt khi còn hạn', 'broken off in time'],
  ['warned', 'Đã nhắc sắp hết hạn', 'warned of'],
  ['passed', 'Đã báo quá hạn', 'passed while open'],
  ['minutes_late', 'Phút quá hạn', 'minutes late'],
  ['minutes_charged', 'Phút hồ sơ quá hạn do bước này', 'minutes charged'],
];
const kinds = {
  transfer: 'Chuyển hồ sơ', appraise: 'Thẩm định', verify: 'Xác minh', consult: 'Lấy ý kiến', endorse: 'Trình ký', approve: 'Phê duyệt',
  obligation: 'Nghĩa vụ tài chính', number_seal: 'Vào số, đóng dấu', hand_over: 'Chuyển kết quả ra quầy', return: 'Trả kết quả',
};
const number = new Intl.NumberFormat('vi-VN');
const decimal = new Intl.NumberFormat('vi-VN', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

// 'fees.paid_vnd' is a figure within another.
const value = (row, name) => name.split('.').reduce((within, key) => within[key], row);

// A figure as it is shown: a count, or the mean of points with one decimal; nothing to divide by is a dash.
function figure(row, name, by) {
  if (!by) return number.format(value(row, name));
  return by(row) ? decimal.format(value(row, name) / by(row)) : '–';
}
const element = (name, text, attributes) => Object.assign(document.createElement(name), text === undefined ? {} : { textContent: text }, attributes);

function heading(vi, en) {
  const th = element('th', vi, { scope: 'col' });
  th.append(element('span', en, { lang: 'en', className: 'en' }));
  return th;
}

const causes = {
  typing: ['lỗi đánh máy', 'typing'],
  wrong_data: ['sai số liệu, nội dung', 'wrong data'],
  wrong_law: ['áp dụng sai quy định', 'wrong law'],
  wrong_person_data: ['sai thông tin người nộp', 'wrong data of the person'],
  system: ['lỗi phần mềm, thiết bị', 'system'],
  other: ['nguyên nhân khác', 'other'],
};

// One row per unit at fault, one column per cause.
function corrections(counted) {
  const head = element('tr');
  head.append(heading('Đơn vị có lỗi', 'unit at fault'), ...Object.values(causes).map(([vi, en]) => heading(vi, en)));
  const body = [...new Set(counted.map((row) => row.unit))].map((unit) => {
    const of = (cause) => counted.find((row) => row.unit === unit && row.cause === cause);
    const tr = element('tr');
    tr.append(element('th', unit, { scope: 'row' }), ...Object.keys(causes).map((cause) => element('td', number.format(of(cause) ? of(cause).corrections : 0))));
    return tr;
  });
  const thead = element('thead');
  thead.append(head);
  const tbody = element('tbody');
  tbody.append(...body);
  document.getElementById('corrections').replaceChildren(thead, tbody);
}

function table(target, rows, key, vi, en, shown = columns) {
  const head = element('tr');
  head.append(heading(vi, en), ...shown.map(([, v, e]) => heading(v, e)));
  const body = rows.map((row) => {
    const tr = element('tr');
    tr.append(element('th', row[key], { scope: 'row' }), ...shown.map(([name, , , by]) => element('td', figure(row, name, by))));
    return tr;
  });
  const thead = element('thead');
  thead.append(head);
  const tbody = element('tbody');
  tbody.append(...body);
  document.getElementById(target).replaceChildren(thead, tbody);
}

function cards(day) {
  document.getElementById('today').replaceChildren(...columns.map(([name, vi, en, by]) => {
    const card = element('div', undefined, { className: name.replace('.', '-') });
    const term = element('dt', vi);
    term.append(element('span', en, { lang: 'en', className: 'en' }));
    card.append(term, element('dd', day ? figure(day, name, by) : number.format(0)));
    return card;
  }));
}

function show(totals, steps) {
  const at = totals.business_time;
  document.getElementById('clock').textContent =
    `Giờ nghiệp vụ · business time ${at.slice(8, 10)}/${at.slice(5, 7)}/${at.slice(0, 4)} ${at.slice(11, 19)} · ${number.format(totals.entries || 0)} sự kiện đã niêm phong · sealed events`;
  cards(totals.days[0]);
  table('days', totals.days, 'day', 'Ngày', 'day');
  corrections(totals.corrections || []);
  table('units', totals.units, 'unit', 'Đơn vị', 'unit');
  table('steps', steps.kinds.map((row) => ({ ...row, kind: kinds[row.kind] || row.kind })), 'kind', 'Bước', 'step', stepColumns);
}

const state = (vi, en) => { document.getElementById('state').textContent = vi ? `${vi} · ${en}` : ''; };
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

// The token comes behind the address (#token=...) or by hand; it stays in this tab.
function token() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    sessionStorage.setItem('token', given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem('token');
}

function askForToken() {
  const form = document.getElementById('sign-in');
  form.hidden = false;
  return new Promise((done) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      sessionStorage.setItem('token', document.getElementById('token').value.trim());
      form.hidden = true;
      done();
    };
  });
}

async function read(path) {
  while (!token()) await askForToken();
  const reply = await fetch(path, { headers: { accept: 'application/json', authorization: `Bearer ${token()}` } });
  if (reply.status === 401 || reply.status === 403) sessionStorage.removeItem('token');
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return reply.json();
}

async function follow() {
  let revision = 0;
  for (let failures = 0; ;) {
    try {
      show(await read('/v1/kpi/totals'), await read('/v1/kpi/steps'));
      state('Đang theo dõi trực tiếp', 'following live');
      revision = (await read(`/v1/kpi/changes?after=${revision}`)).revision;
      failures = 0;
    } catch (error) {
      state('Mất kết nối, đang thử lại', `connection lost, trying again (${error.message})`);
      failures += 1;
      await pause(Math.min(1000 * failures, 10000));
    }
  }
}

follow();
