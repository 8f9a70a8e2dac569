using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Sockets;
using Fairlead.Configuration;
using Fairlead.Proxy.Sessions;
using Fairlead.Proxy.Tcp;
using Fairlead.Proxy.Transports;
using LanguageExt;

namespace Fairlead.Proxy;

/// <content>How listeners are bound, replaced by others, and closed.</content>
public abstract partial class HttpProxyService
{
    /// <summary>Binds every listener, or none.</summary>
    internal void Bind()
    {
        Runtime.Options = new SessionOptions(ClientTimeouts, Limits, TrustedProxies, Forwarding, AllowsConnect);
        try
        {
            foreach (var wanted in _wanted)
                _bound = _bound.Add(new BoundListener(BindOne(wanted, certificate => ListenerBinding.Bind(wanted.Address, certificate, Inherited)), wanted));
        }
        catch
        {
            CloseListeners();
            throw;
        }
    }

    /// <summary>
    /// Listens on <paramref name="listeners"/> instead: first binds what is new, then closes what is gone; what is neither is not touched. Connections live on.
    /// </summary>
    /// <exception cref="ServerStartException">One cannot be bound: nothing was changed.</exception>
    internal void Relisten(Seq<ListenerSettings> listeners)
    {
        lock (_gate)
        {
            if (Runtime.IsDraining)
                throw new ServerStartException("it is stopping");
            var left = _bound.ToList();
            var next = ImmutableArray.CreateBuilder<BoundListener>(listeners.Count);
            var made = new List<ListenerBinding>();
            try
            {
                foreach (var wanted in listeners.Map(WantedOf))
                {
                    var place = left.FindIndex(listener => listener.Wanted.Address.ToString() == wanted.Address.ToString());
                    var before = place < 0 ? null : left[place];
                    if (before is not null)
                        left.RemoveAt(place);
                    if (before is not null && before.Wanted.Settings == wanted.Settings)
                    {
                        next.Add(before);
                        continue;
                    }

                    var binding = BindOne(wanted, certificate => before?.Binding.As(wanted.Address, certificate) ?? ListenerBinding.Bind(wanted.Address, certificate));
                    made.Add(binding);
                    next.Add(new BoundListener(binding, wanted));
                }
            }
            catch
            {
                foreach (var binding in made)
                    Undo(binding);
                throw;
            }

            var replaced = _bound;
            _bound = next.DrainToImmutable();
            foreach (var binding in made)
            {
                if (_isRunning)
                    Accept(_bound.First(listener => listener.Binding == binding));
            }

            foreach (var gone in left)
                gone.Binding.Dispose();
            foreach (var listener in replaced)
            {
                if (!left.Contains(listener) && !_bound.Contains(listener))
                    listener.Binding.Leave();
            }
        }
    }

    internal void CloseListeners()
    {
        foreach (var listener in Bound)
            listener.Dispose();
    }

    /// <summary>Accepts no more; the addresses stay another process's.</summary>
    internal void LeaveListeners()
    {
        foreach (var listener in Bound)
            listener.Leave();
    }

    private void Accept(BoundListener listener)
    {
        _accepting.RemoveAll(static ended => ended.IsCompletedSuccessfully);
        _accepting.Add(listener.Binding.AcceptAsync(listener.Wanted.Tcp is { } plan ? (bound, accepted) => ServeTcp(plan, bound, accepted) : Serve, Runtime));
    }

    /// <summary>Gives up a listener that never accepted. The file is deleted only when no other listener has the address.</summary>
    private void Undo(ListenerBinding binding)
    {
        if (_bound.Any(listener => listener.Binding.Address.ToString() == binding.Address.ToString()))
            binding.Leave();
        else
            binding.Dispose();
    }

    private WantedListener WantedOf(ListenerSettings listener) => new(
        listener.Address,
        () => listener.Tls.MatchUnsafe(tls => ServerCertificate.Load(tls, listener.Protocol is ListenerProtocol.Http), static () => null!),
        listener)
    {
        Tcp = TcpPlan.Of(listener.Protocol, TcpBalancer),
    };

    private static ListenerBinding BindOne(WantedListener wanted, Func<ServerCertificate?, ListenerBinding> bind)
    {
        try
        {
            var bound = bind(wanted.Certificate());
            foreach (var settings in wanted.Settings)
                (bound.ProxyProtocol, bound.ProxyProtocolFrom, bound.ServesHalfClosed) = (settings.ProxyProtocol, [.. settings.ProxyProtocolFrom], settings.ServesHalfClosed);
            return bound;
        }
        catch (Exception e) when (e is SocketException or System.IO.IOException or System.Security.Cryptography.CryptographicException or UnauthorizedAccessException)
        {
            throw new ServerStartException($"cannot listen on {wanted.Address}: {e.Message}", e);
        }
    }

    private sealed record WantedListener(ListenerAddress Address, Func<ServerCertificate?> Certificate, Option<ListenerSettings> Settings)
    {
        /// <summary>What is done with connections without requests; null serves requests.</summary>
        public TcpPlan? Tcp { get; init; }
    }

    private sealed record BoundListener(ListenerBinding Binding, WantedListener Wanted);
}
