using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Fairlead.Configuration;
using Fairlead.Proxy.Transports;
using Fairlead.Upstreams;

namespace Fairlead.Proxy.Sessions;

/// <summary>Idle connections to one peer, newest first: the newest is the least likely to have been closed, and the oldest can time out.</summary>
internal sealed class UpstreamPool(HttpPeer peer, UpstreamPools owner) : ISwept
{
    /// <summary>After this long without a connection it is forgotten: names resolve to new addresses, and peers may be made for each request.</summary>
    private const long UnusedMsMax = 60_000;

    private readonly PeerKey _key = peer.Key;
    private readonly List<UpstreamConnection> _idle = [];
    private readonly Lock _gate = new();
    private readonly bool _keepsNone = owner.IsGone(peer.Address);
    private readonly int _idleMax = owner.IsGone(peer.Address) || peer.ProxyProtocol != ProxyProtocolVersion.None ? 0 : peer.Options.IdleMax;   // a connection that began with a client's address is that client's
    private readonly long _idleTimeoutMs = (long)peer.Options.IdleTimeout.TotalMilliseconds;
    private int _open;
    private long _usedAt = CoarseClock.Now;
    private bool _isRetired;

    public UpstreamPools Owner => owner;

    public PeerKey Key => _key;

    /// <summary>True once it is forgotten: connections still opened for it are closed after their exchange.</summary>
    public bool IsRetired => Volatile.Read(ref _isRetired);

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
            if (_isRetired)
                surplus = connection;                               // nobody would time it out
            else
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
        if (Open > 0)
            _usedAt = now;
        else if (now - _usedAt >= UnusedMsMax)
            Retire();

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

    /// <summary>Closes what is idle, and what is not after its exchange, when the backend is gone; a pool made for one that was gone makes way for one that keeps connections.</summary>
    public void RetireIfGone()
    {
        if (_keepsNone || owner.IsGone(peer.Address))
            Retire();
    }

    private void Retire()
    {
        lock (_gate)
            _isRetired = true;
        owner.Forget(this);
        CloseIdle();
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
    private FrozenSet<BackendAddress> _gone = [];

    public UpstreamPool Of(HttpPeer peer)
    {
        if (peer.Pool is { IsRetired: false } cached && ReferenceEquals(cached.Owner, this))   // a peer may be shared by services
            return cached;
        if (!_pools.TryGetValue(peer.Key, out var pool))
        {
            var made = new UpstreamPool(peer, this);
            pool = _pools.GetOrAdd(peer.Key, made);
            if (ReferenceEquals(pool, made))
                sweeper.Add(pool);
        }

        peer.Pool = pool;
        return pool;
    }

    public int Count => _pools.Count;

    /// <summary>What was read for TLS to the peers in use.</summary>
    public IEnumerable<TlsClient> TlsClients => _pools.Values.Select(static pool => pool.TlsClient).OfType<TlsClient>().Distinct();

    /// <summary>No connection to these backends is kept any more, also by requests that still go there.</summary>
    public void Drain(FrozenSet<BackendAddress> gone)
    {
        Volatile.Write(ref _gone, gone);
        foreach (var pool in _pools.Values)
            pool.RetireIfGone();
    }

    public bool IsGone(BackendAddress address) => Volatile.Read(ref _gone).Contains(address);

    public void Forget(UpstreamPool pool)
    {
        _pools.TryRemove(KeyValuePair.Create(pool.Key, pool));
        sweeper.Remove(pool);
    }

    public void CloseIdle()
    {
        foreach (var pool in _pools.Values)
            pool.CloseIdle();
    }
}
