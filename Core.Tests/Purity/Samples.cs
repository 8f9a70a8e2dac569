using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Reflection;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Routing;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Tests.Purity;

/// <summary>
/// Makes values of the core's types out of nothing but the types: for a union one of every case, for a record its constructor with made values, or a static function that starts one. What can only be made by a
/// smart constructor is listed.
/// </summary>
internal static class Samples
{
    private static readonly IReadOnlyDictionary<Type, object> Given = new Dictionary<Type, object>
    {
        [typeof(string)] = "a.test",
        [typeof(bool)] = true,
        [typeof(int)] = 2,
        [typeof(long)] = 2L,
        [typeof(ulong)] = 2UL,
        [typeof(double)] = 0.25,
        [typeof(TimeSpan)] = TimeSpan.FromSeconds(2),
        [typeof(IPAddress)] = IPAddress.Loopback,
        [typeof(IPNetwork)] = IPNetwork.Parse("127.0.0.0/8"),
        [typeof(Weight)] = Weight.One,
        [typeof(StatusSet)] = StatusSet.Ok,
        [typeof(HeaderEdits)] = HeaderEdits.None,
        [typeof(ProxySettings)] = ProxySettings.Empty,
        [typeof(HealthSettings)] = new HealthSettings(
            new ProbeSettings.Tcp(false, default), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), Rise: 1, Fall: 1, InitialHealth.Up, Jitter: 0),
        [typeof(RoutingSnapshot)] = new RoutingSnapshot([], RouteTable.Of([]), 0),
    };

    /// <summary>One value of every case of a union, or a single value of any other type.</summary>
    public static IEnumerable<object> All(Type type) =>
        CoreAssembly.Unions.Contains(type) ? CoreAssembly.CasesOf(type).Select(Build) : [One(type)];

    /// <summary>Some value of that type.</summary>
    public static object One(Type type)
    {
        if (Given.TryGetValue(type, out var given))
            return given;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(0)!;
        if (type.IsAbstract)
            return All(type).First();
        if (type.IsGenericType && type.GetGenericTypeDefinition() is { } generic)
        {
            if (generic == typeof(Option<>))
                return type.GetMethod("op_Implicit", type.GenericTypeArguments)!.Invoke(null, [One(type.GenericTypeArguments[0])])!;
            if (generic == typeof(Seq<>))
                return typeof(Prelude).GetMethod(nameof(Prelude.Seq1))!.MakeGenericMethod(type.GenericTypeArguments).Invoke(null, [One(type.GenericTypeArguments[0])])!;
            if (generic == typeof(ImmutableArray<>))
                return type.GetField(nameof(ImmutableArray<int>.Empty))!.GetValue(null)!;
        }

        return Build(type);
    }

    private static object Build(Type type)
    {
        var constructors = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance);
        var longest = constructors.OrderByDescending(static constructor => constructor.GetParameters().Length).FirstOrDefault();
        if (longest is not null)
            return longest.Invoke(longest.GetParameters().Select(static parameter => One(parameter.ParameterType)).ToArray());
        if (type.IsValueType)
            return Activator.CreateInstance(type)!;
        var start = type.GetMethods(CoreAssembly.Everything)
            .FirstOrDefault(method => method is { IsStatic: true, IsSpecialName: false } && method.ReturnType == type && method.GetParameters().All(static parameter => parameter.ParameterType.IsValueType));
        return start?.Invoke(null, start.GetParameters().Select(static parameter => One(parameter.ParameterType)).ToArray())
               ?? throw new InvalidOperationException($"{type} has no public constructor: say in {nameof(Samples)} how it is made");
    }
}
