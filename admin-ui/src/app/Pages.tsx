import { lazy } from 'react';
import { Route, Switch } from 'wouter';
import { Gone } from '../components/States';

const Overview = lazy(() => import('../pages/overview/Overview').then((page) => ({ default: page.Overview })));
const Peers = lazy(() => import('../pages/peers/Peers').then((page) => ({ default: page.Peers })));
const Peer = lazy(() => import('../pages/peers/Peer').then((page) => ({ default: page.Peer })));
const Datasets = lazy(() => import('../pages/datasets/Datasets').then((page) => ({ default: page.Datasets })));
const Dataset = lazy(() => import('../pages/datasets/Dataset').then((page) => ({ default: page.Dataset })));
const Agreements = lazy(() => import('../pages/agreements/Agreements').then((page) => ({ default: page.Agreements })));
const Agreement = lazy(() => import('../pages/agreements/Agreement').then((page) => ({ default: page.Agreement })));
const Offer = lazy(() => import('../pages/agreements/Offer').then((page) => ({ default: page.Offer })));
const Transfers = lazy(() => import('../pages/transfers/Transfers').then((page) => ({ default: page.Transfers })));
const Transfer = lazy(() => import('../pages/transfers/Transfer').then((page) => ({ default: page.Transfer })));
const Ledger = lazy(() => import('../pages/ledger/Ledger').then((page) => ({ default: page.Ledger })));
const Settings = lazy(() => import('../pages/settings/Settings').then((page) => ({ default: page.Settings })));

/** What is shown at which address. Each page is loaded when it is first opened. */
export function Pages() {
  return (
    <Switch>
      <Route path="/" component={Overview} />
      <Route path="/peers" component={Peers} />
      <Route path="/peers/:id">{({ id }) => <Peer id={decodeURIComponent(id)} />}</Route>
      <Route path="/datasets" component={Datasets} />
      <Route path="/datasets/:name/:tab?">
        {({ name, tab }) => <Dataset name={decodeURIComponent(name)} tab={tab ?? 'columns'} />}
      </Route>
      <Route path="/agreements" component={Agreements} />
      <Route path="/agreements/new" component={Offer} />
      <Route path="/agreements/:id">{({ id }) => <Agreement id={decodeURIComponent(id)} />}</Route>
      <Route path="/transfers" component={Transfers} />
      <Route path="/transfers/:id">{({ id }) => <Transfer id={decodeURIComponent(id)} />}</Route>
      <Route path="/ledger/:tab?">{({ tab }) => <Ledger tab={tab ?? 'entries'} />}</Route>
      <Route path="/settings/:tab?">{({ tab }) => <Settings tab={tab ?? 'account'} />}</Route>
      <Route>
        <Gone what="This page" />
      </Route>
    </Switch>
  );
}
