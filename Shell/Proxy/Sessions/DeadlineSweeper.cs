using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Proxy.Sessions;

/// <summary>Something with deadlines.</summary>
internal interface ISwept
{
    /// <summary>Fires each deadline that is over at <paramref name="now"/> (milliseconds of <see cref="CoarseClock"/>). Must not block or throw.</summary>
    void Sweep(long now);
}

/// <summary>Milliseconds since the system started: cheap to read, never goes back.</summary>
internal static class CoarseClock
{
    public static long Now => Environment.TickCount64;

    public static long After(TimeSpan wait) => Environment.TickCount64 + Math.Max(1, (long)wait.TotalMilliseconds);
}

/// <summary>
/// The one timer of the data plane: looks at every registered object each <see cref="Period"/>. Deadlines are therefore late by up to that much,
/// which costs one pass over an array instead of a timer or token source for each operation.
/// </summary>
internal sealed class DeadlineSweeper(Action<Exception> reportBug)
{
    /// <summary>How often deadlines are looked at (nginx and Pingora use wheels of 1–10 ms; a proxy's deadlines are seconds).</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<ISwept> _swept = [];
    private readonly Lock _gate = new();
    private readonly HashSet<ISwept> _faulty = [];
    private ISwept[] _pass = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _swept.Count;
        }
    }

    public void Add(ISwept swept)
    {
        lock (_gate)
            _swept.Add(swept);
    }

    public void Remove(ISwept swept)
    {
        lock (_gate)
        {
            _swept.Remove(swept);
            _faulty.Remove(swept);
        }
    }

    /// <summary>Sweeps until it is stopped, on a thread of its own: a timer and the pool would wake three threads each time, and have one spin for more work.</summary>
    public Task RunAsync(CancellationToken stop)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(stop, ended)) { IsBackground = true, Name = "fairlead sweeper" }.Start();
        return ended.Task;
    }

    private void Run(CancellationToken stop, TaskCompletionSource ended)
    {
        try
        {
            while (!stop.WaitHandle.WaitOne(Period))
                SweepOnce(CoarseClock.Now);
            ended.TrySetResult();
        }
        catch (Exception bug)
        {
            ended.TrySetException(bug);                              // an exception of a thread would end the process
        }
    }

    /// <summary>Applies <paramref name="action"/> to each registered object, outside the lock.</summary>
    public void ForEach<T>(Action<T> action)
        where T : class, ISwept
    {
        ISwept[] all;
        lock (_gate)
            all = [.. _swept];
        foreach (var swept in all)
        {
            if (swept is T one)
                action(one);
        }
    }

    internal void SweepOnce(long now)
    {
        int count;
        lock (_gate)
        {
            count = _swept.Count;
            if (_pass.Length < count)
                _pass = new ISwept[Math.Max(count, _pass.Length * 2)];
            _swept.CopyTo(_pass);
        }

        for (var i = 0; i < count; i++)
            SweepOne(_pass[i], now);
        Array.Clear(_pass, 0, count);
    }

    /// <summary>A fault in one object must not end the deadlines of all others; it is told once.</summary>
    private void SweepOne(ISwept swept, long now)
    {
        try
        {
            swept.Sweep(now);
        }
        catch (Exception bug)
        {
            bool isNew;
            lock (_gate)
                isNew = _swept.Contains(swept) && _faulty.Add(swept);
            if (isNew)
                reportBug(bug);
        }
    }
}
