using System;
using System.Collections.Generic;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Resilience;

namespace Fairlead.Properties.Simulation;

/// <summary>
/// One request through the proxy, as the session does it: read the snapshot once, pick, connect or reuse, send, wait, and ask <see cref="Retry"/> after a failure. Every way
/// out goes through <see cref="End"/>, once.
/// </summary>
internal sealed class SimExchange(SimProxy proxy, SimRequest request, Action<string> ended)
{
    private readonly ulong[] _tried = new ulong[1];
    private UpstreamSnapshot? _upstream;
    private BackendSnapshot? _chosen;
    private int _attempt;
    private int _freshMade;
    private int _sentAttempt;                                        // once sent, the time limit of connecting no longer counts
    private bool _isBusy;
    private bool _isOver;

    public SimRequest Request => request;

    public void Begin()
    {
        var snapshot = proxy.Published;
        var route = snapshot.Routes.Match("app.test"u8, "/"u8);
        if (route < 0)
        {
            End("404");
            return;
        }

        foreach (var upstream in snapshot.Upstreams)
        {
            if (string.Equals(upstream.Settings.Name, snapshot.Routes.Routes[route].To, StringComparison.Ordinal))
                _upstream = upstream;
        }

        TryOther();
    }

    /// <summary>Whoever asked is gone: what runs is given up.</summary>
    public void ClientLeft() => End("closed");

    private void TryOther()
    {
        var index = _upstream!.Picker.Pick(new PickInput
        {
            Ticket = proxy.Ticket++,
            Entropy = proxy.Chance.Draw(),
            Key = Encoding.ASCII.GetBytes("user-" + request.User),
            Tried = _tried,
        });
        if (index == Picker.None)
        {
            End("503");
            return;
        }

        Assert.Equal(0UL, _tried[0] >> index & 1);
        _tried[0] |= 1UL << index;
        _chosen = _upstream.Backends[index];
        Try(isFresh: false);
    }

    private void Try(bool isFresh)
    {
        _attempt++;
        _freshMade += isFresh ? 1 : 0;
        var backend = proxy.At(_chosen!.DialTargets[0]);
        if (_attempt == 1)
            proxy.NoteFirstAttempt(_chosen, backend);
        proxy.Trace($"attempt {_attempt} of {request.Number} at {backend.Number}{(isFresh ? " anew" : "")}");
        Busy(true);
        var idle = proxy.Idle.TryGetValue(backend.Number, out var pool) ? pool : proxy.Idle[backend.Number] = new Queue<int>();
        if (!isFresh && idle.TryDequeue(out var incarnation))
            Send(backend, incarnation, wasReused: true);
        else
            Connect(backend);
    }

    private void Connect(SimBackend backend)
    {
        var attempt = _attempt;
        proxy.Clock.After(Timeouts.Connect, () => Failed(attempt, Outcome.ConnectTimeout, wasWritten: false, wasReused: false));
        proxy.Network.Send(backend, () => backend.Connect(incarnation =>
        {
            if (_isOver || attempt != _attempt || !_isBusy)
                return;
            if (incarnation == 0)
            {
                Failed(attempt, Outcome.ConnectRefused, wasWritten: false, wasReused: false);
                return;
            }

            Send(backend, incarnation, wasReused: false);
        }));
    }

    private void Send(SimBackend backend, int incarnation, bool wasReused)
    {
        var attempt = _attempt;
        _sentAttempt = attempt;
        proxy.Clock.After(Timeouts.ResponseHead, () => Failed(attempt, Outcome.ResponseHeadTimeout, wasWritten: true, wasReused));
        proxy.Network.Send(backend, () => backend.Request(incarnation, request.Number, end =>
        {
            if (_isOver || attempt != _attempt || !_isBusy)
                return;                                              // its time was up, or the client left: the connection is closed already
            if (end == WireEnd.Reset)
            {
                Failed(attempt, Outcome.UpstreamClosed, wasWritten: true, wasReused);
                return;
            }

            proxy.Idle[backend.Number].Enqueue(incarnation);
            End(end == WireEnd.Status200 ? "200" : "500");
        }));
    }

    private void Failed(int attempt, Outcome outcome, bool wasWritten, bool wasReused)
    {
        if (_isOver || attempt != _attempt || !_isBusy || (!wasWritten && _sentAttempt == attempt))
            return;
        Busy(false);
        var action = Retry.Decide(_upstream!.Settings.Retry, new AttemptReport
        {
            Outcome = outcome,
            AttemptsMade = attempt,
            FreshConnectionsMade = _freshMade,
            Method = request.Method,
            WasWritten = wasWritten,
            WasReused = wasReused,
            BodyIsReplayable = !wasWritten || !request.HasBody,
            ResponseBegan = false,
        }, default, entropy: 0).Action;
        proxy.Trace($"attempt {attempt} of {request.Number} failed: {outcome}, {action}");
        if (action == RetryAction.GiveUp)
            End(outcome.ToString());
        else if (action == RetryAction.FreshConnection)
            Try(isFresh: true);
        else
            TryOther();
    }

    private void End(string how)
    {
        if (_isOver)
            return;
        Busy(false);
        _isOver = true;
        ended(how);
    }

    private void Busy(bool isBusy)
    {
        if (_isBusy == isBusy)
            return;
        _isBusy = isBusy;
        proxy.InFlight[_chosen!.Slot] = proxy.InFlight.GetValueOrDefault(_chosen.Slot) + (isBusy ? 1 : -1);
    }

    private UpstreamTimeouts Timeouts => _upstream!.Settings.Timeouts;
}
