using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Fairlead.Proxy.Transports;

namespace Fairlead.Proxy.Sessions;

/// <summary>Idle connections to one peer, newest first: the newest is the least likely to have been closed, and the oldest can time out.</summary>
internal sealed class UpstreamPool(HttpPeer peer) : ISwept
{
    private readonly List<UpstreamConnection> _idle = [];
    private readonly Lock _gate = new();
    private readonly int _idleMax = peer.Options.IdleMax;
    private readonly long _idleTimeoutMs = (long)peer.Options.IdleTimeout.TotalMilliseconds;
    private int _open;

    /// <summary>The files read for TLS to this peer.</summary>
    public TlsClient? TlsClient { get; } = peer.TlsClient;

    /// <summary>Connections open to this peer, idle or not.</summary>
    public int Open => Volatile.Read(ref _open);

    public int Idle
    {
        get
        {
            lock (_gate)
                return _idle.Count;
        }
    }

    public void Opened() => Interlocked.Increment(ref _open);

    public void Closed() => Interlocked.Decrement(ref _open);

    /// <summary>The newest idle connection that is still good, or null.</summary>
    public UpstreamConnection? TryTake()
    {
        while (true)
        {
            UpstreamConnection connection;
            lock (_gate)
            {
                if (_idle.Count == 0)
                    return null;
                connection = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
            }

            if (connection.TryTake())
                return connection;
        }
    }

    /// <summary>Keeps a connection whose exchange is complete; closes it when it is spoiled or the pool is full.</summary>
    public void Return(UpstreamConnection connection)
    {
        if (!connection.TryArmIdle())
            return;
        UpstreamConnection? surplus = null;
        lock (_gate)
        {
            if (!connection.IsIdle)
                return;                                             // it went bad since; whoever saw that has closed it
            _idle.Add(connection);
            if (_idle.Count > _idleMax)
            {
                surplus = _idle[0];
                _idle.RemoveAt(0);
            }
        }

        surplus?.TryCloseIdle();
    }

    public void Remove(UpstreamConnection connection)
    {
        lock (_gate)
            _idle.Remove(connection);
    }

    public void Sweep(long now)
    {
        while (true)
        {
            UpstreamConnection? old = null;
            lock (_gate)
            {
                if (_idle.Count > 0 && now - _idle[0].IdleSince >= _idleTimeoutMs)
                {
                    old = _idle[0];
                    _idle.RemoveAt(0);
                }
            }

            if (old is null)
                return;
            old.TryCloseIdle();
        }
    }

    public void CloseIdle()
    {
        List<UpstreamConnection> all;
        lock (_gate)
        {
            all = [.. _idle];
            _idle.Clear();
        }

        foreach (var connection in all)
            connection.TryCloseIdle();
    }
}

/// <summary>The pools of a proxy, shared by all its client connections; one for each distinct <see cref="PeerKey"/>.</summary>
internal sealed class UpstreamPools(DeadlineSweeper sweeper)
{
    private readonly ConcurrentDictionary<PeerKey, UpstreamPool> _pools = new();

    public UpstreamPool Of(HttpPeer peer)
    {
        if (peer.Pool is UpstreamPool cached)
            return cached;
        if (!_pools.TryGetValue(peer.Key, out var pool))
        {
            var made = new UpstreamPool(peer);
            pool = _pools.GetOrAdd(peer.Key, made);
            if (ReferenceEquals(pool, made))
                sweeper.Add(pool);
        }

        peer.Pool = pool;
        return pool;
    }

    public void CloseIdle()
    {
        foreach (var pool in _pools.Values)
            pool.CloseIdle();
    }
}
