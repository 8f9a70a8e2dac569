using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Primitives;
using Fairlead.Proxy.Control;
using Fairlead.Proxy.Sessions;

namespace Fairlead.Proxy;

/// <summary>
/// The process: binds the listeners of its services, runs them and the background services, and stops gracefully on SIGTERM, SIGINT or request. When to close what, and
/// which exit code it comes to, is decided by <see cref="Lifecycle"/>; this class obeys.
/// </summary>
public sealed class Server
{
    /// <summary>How long a process that cut sessions off waits for their last lines.</summary>
    private static readonly TimeSpan AbortedSessionsMax = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it looks whether they are gone.</summary>
    private static readonly TimeSpan AbortedSessionsPause = TimeSpan.FromMilliseconds(10);

    private readonly List<HttpProxyService> _proxies = [];
    private readonly List<IBackgroundService> _background = [];
    private readonly Channel<LifecycleEvent> _events = Channel.CreateUnbounded<LifecycleEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopAsked = new();

    static Server() =>
        // Socket completions run on the thread that polls for them: measured at 1.7 times the throughput of a hop through the thread pool. Must be set before the first socket.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

    /// <summary>How long a graceful stop may take before what is left is cut off.</summary>
    public TimeSpan DrainLimit
    {
        get;
        set
        {
            field = value;
            _events.Writer.TryWrite(new LifecycleEvent.DrainLimitChanged(value));
        }
    } = ProxySettings.DefaultDrainLimit;

    /// <summary>
    /// True when the process is this server's: it stops on SIGTERM and SIGINT, and tells exceptions of tasks that nobody observed. False leaves both to the caller, who then calls
    /// <see cref="Stop"/>.
    /// </summary>
    public bool HandlesSignals { get; set; } = true;

    /// <summary>Completes when every listener is bound and connections are accepted; cancelled when a stop was asked for before that.</summary>
    public Task Started => _started.Task;

    /// <summary>Called once when a graceful stop begins: not when another process serves from then on.</summary>
    public Action StopBegan { get; set; } = static () => { };

    /// <summary>Called with exceptions that a service or hook let through; the default writes one line to standard error.</summary>
    public Action<Exception> UnexpectedError { get; set; } = static bug => Console.Error.WriteLine($"fairlead: unexpected {bug.GetType().Name}: {bug.Message}");

    /// <summary>Called with what an operator should know and may want to change; the default writes the line to standard error.</summary>
    public Action<string> Warned { get; set; } = static text => Console.Error.WriteLine($"fairlead: {text}");

    /// <summary>Sockets the process was started with: the listeners take from there first.</summary>
    internal InheritedSockets? Inherited { get; set; }

    /// <summary>
    /// Awaited before connections are accepted on sockets that were given to the process: whoever connects waits in the kernel, or is served by the process before. Ends early, without an exception, when
    /// its token says that a stop was asked for.
    /// </summary>
    internal Func<CancellationToken, Task> BeforeAccepting { get; set; } = static _ => Task.CompletedTask;

    /// <summary>The listeners in force.</summary>
    internal IEnumerable<ListenerBinding> Listeners => _proxies.SelectMany(static proxy => proxy.Bound);

    /// <summary>Adds a service to run. Before <see cref="RunAsync"/>.</summary>
    public Server AddService(HttpProxyService service)
    {
        service.Changed = SessionsChanged;
        service.Runtime.ReportBug = bug => UnexpectedError(bug);
        service.Runtime.Warn = text => Warned(text);
        _proxies.Add(service);
        return this;
    }

    /// <summary>Adds a task to run beside the listeners, such as the health checks of a load balancer.</summary>
    public Server AddService(IBackgroundService service)
    {
        _background.Add(service);
        return this;
    }

    /// <summary>Asks for a graceful stop; asked again, stops at once.</summary>
    public void Stop()
    {
        _events.Writer.TryWrite(new LifecycleEvent.StopRequested());
        _stopAsked.Cancel();
    }

    /// <summary>Tells that another process accepts on the same listeners: this one ends when its connections have, each after its next response, and leaves the socket files alone.</summary>
    internal void HandOver() => _events.Writer.TryWrite(new LifecycleEvent.HandedOver());

    /// <summary>Runs until stopped and gives the exit code: 0 after a graceful stop, 4 after a forced one.</summary>
    /// <exception cref="ServerStartException">A listener cannot be bound, or its certificate cannot be read.</exception>
    public int RunForever() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs until stopped and gives the exit code: 0 after a graceful stop, 4 after a forced one.</summary>
    /// <exception cref="ServerStartException">A listener cannot be bound, or its certificate cannot be read.</exception>
    public async Task<int> RunAsync(CancellationToken stop = default)
    {
        var tookOver = Inherited is { Count: > 0 };
        BindAll();
        using var ended = new CancellationTokenSource();
        using var registration = stop.Register(Stop);
        var ownsProcess = HandlesSignals;
        var signals = ownsProcess ? HandleSignals() : [];
        if (ownsProcess)
            TaskScheduler.UnobservedTaskException += OnUnobserved;
        try
        {
            var work = new List<Task>();
            foreach (var service in _background)
                work.Add(RunBackgroundAsync(service, ended.Token));
            if (tookOver)
                await BeforeAccepting(_stopAsked.Token).ConfigureAwait(false);
            var code = tookOver && _stopAsked.IsCancellationRequested ? LeaveUnused() : await ServeAsync(work, ended.Token).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(work).ConfigureAwait(false);
            return code;
        }
        finally
        {
            if (ownsProcess)
                TaskScheduler.UnobservedTaskException -= OnUnobserved;
            foreach (var signal in signals)
                signal.Dispose();
            foreach (var proxy in _proxies)
            {
                proxy.CloseListeners();
                proxy.Runtime.Pools.CloseIdle();                     // nothing times them out any more
            }
        }
    }

    private async Task<int> ServeAsync(List<Task> work, CancellationToken ended)
    {
        foreach (var proxy in _proxies)
            work.Add(proxy.RunAsync(ended));
        _started.TrySetResult();
        var code = await LiveAsync().ConfigureAwait(false);
        await AbortedSessionsAsync().ConfigureAwait(false);
        return code;
    }

    /// <summary>Nobody was told that this process serves: who had the sockets before still has them, and what waits in them is answered there.</summary>
    private int LeaveUnused()
    {
        foreach (var proxy in _proxies)
            proxy.LeaveListeners();
        StopBegan();
        _started.TrySetCanceled();
        return 0;
    }

    /// <summary>Binds the listeners of all services, or none.</summary>
    private void BindAll()
    {
        try
        {
            foreach (var proxy in _proxies)
            {
                proxy.Inherited = Inherited;
                proxy.Bind();
            }
        }
        catch (Exception e)
        {
            foreach (var proxy in _proxies)
                proxy.CloseListeners();
            _started.TrySetException(e);                             // whoever waits for the start learns that there will be none
            _ = _started.Task.Exception;
            throw;
        }
    }

    /// <summary>Sessions that were cut off end by themselves: a moment for them to write their last line.</summary>
    private async Task AbortedSessionsAsync()
    {
        for (var waited = TimeSpan.Zero; waited < AbortedSessionsMax && CountSessions().Sessions > 0; waited += AbortedSessionsPause)
            await Task.Delay(AbortedSessionsPause).ConfigureAwait(false);
    }

    private async Task<int> LiveAsync()
    {
        var state = LifecycleState.Initial(DrainLimit);
        while (true)
        {
            var happened = await NextEventAsync(state).ConfigureAwait(false);
            if (happened is LifecycleEvent.SessionsChanged)
                happened = CountSessions();                          // what was counted when it was sent may be older than what was sent before it
            (state, var effects) = Lifecycle.Step(state, MonotonicClock.Now, happened);
            foreach (var effect in effects)
            {
                switch (effect)
                {
                    case LifecycleEffect.CloseListeners:
                        foreach (var proxy in _proxies)
                        {
                            proxy.Runtime.BeginDrain();
                            proxy.CloseListeners();
                        }

                        StopBegan();
                        break;
                    case LifecycleEffect.LeaveListeners:
                        foreach (var proxy in _proxies)
                        {
                            proxy.Runtime.BeginDrain();
                            proxy.LeaveListeners();
                        }

                        SessionsChanged();
                        break;
                    case LifecycleEffect.CloseIdleConnections:
                        foreach (var proxy in _proxies)
                            proxy.Runtime.CloseIdle();
                        SessionsChanged();
                        break;
                    case LifecycleEffect.AbortConnections:
                        foreach (var proxy in _proxies)
                            proxy.Runtime.AbortAll();
                        break;
                    case LifecycleEffect.Exit exit:
                        return exit.Code;
                    default:
                        throw new UnreachableException();
                }
            }
        }
    }

    private async ValueTask<LifecycleEvent> NextEventAsync(LifecycleState state)
    {
        if (_events.Reader.TryRead(out var waiting))
            return waiting;
        var deadline = Lifecycle.NextDeadline(state).IfNone(Instant.Never);
        if (deadline == Instant.Never)
            return await _events.Reader.ReadAsync().ConfigureAwait(false);

        using var timeout = new CancellationTokenSource();
        var wait = deadline - MonotonicClock.Now;
        timeout.CancelAfter(Timers.RoundUp(wait));
        try
        {
            return await _events.Reader.ReadAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new LifecycleEvent.ClockTicked();
        }
    }

    private void SessionsChanged() => _events.Writer.TryWrite(CountSessions());

    private LifecycleEvent.SessionsChanged CountSessions()
    {
        var (exchanges, sessions) = (0, 0);
        foreach (var proxy in _proxies)
        {
            exchanges += proxy.Runtime.Exchanges;
            sessions += proxy.Runtime.Sessions;
        }

        return new LifecycleEvent.SessionsChanged(exchanges, sessions);
    }

    private async Task RunBackgroundAsync(IBackgroundService service, CancellationToken stop)
    {
        try
        {
            await service.RunAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
        catch (Exception bug)
        {
            UnexpectedError(bug);
        }
    }

    private List<PosixSignalRegistration> HandleSignals() =>
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
    ];

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs unobserved) => UnexpectedError(unobserved.Exception.GetBaseException());

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Stop();
    }
}
